"""Pictures of a run: PNG and PDF through `paint`, SVG by an own writer without Qt. The suffix chooses."""

from .comparison import export_comparison
from .picture import ExportError, export_picture

__all__ = ["ExportError", "export_comparison", "export_picture"]
