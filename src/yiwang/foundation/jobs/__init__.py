"""Work after the commit: jobs with a retry ladder, and work by the clock."""
