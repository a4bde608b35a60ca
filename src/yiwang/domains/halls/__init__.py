"""大厅: halls with their windows, opening hours and services, appointments, the queue, and who is served at a window."""
