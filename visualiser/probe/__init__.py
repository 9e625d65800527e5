"""What runs inside a watched process: notices threads, processes, locks and output, and writes them into the diary."""
