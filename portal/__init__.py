"""The shell and the platform: settings, site map, health, commands, and what every slice stands on."""

__version__ = "0.1.0"
