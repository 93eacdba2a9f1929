"""What is done after the commit and as time passes: mail, documents, timers, reminders."""
