"""`make soak`: the real site while its processes are killed, stopped and starved of disk."""
