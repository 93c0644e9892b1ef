"""The main job on one machine: the bot, the sandbox, and a story that runs by itself or under your hands."""
