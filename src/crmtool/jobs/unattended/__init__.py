"""How a command is run at set times by cron, by systemd and by the Windows task scheduler: as texts, of no machine."""
