"""The observer: a process of its own and the parent of the watched program, so that neither hinders the other.

    app --control--> observer --starts--> program --> its children
        <--status---

It launches the program, inherits its orphans, samples memory, and takes the whole tree down when it is told to, when
the program has ended and others have not, and when the app has died. It is started as a file, `observe/__main__.py`, by
`visualiser.run`, and imported by nobody. Standard library and psutil.
"""
