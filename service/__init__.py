"""The composer: command line, store, releases and the HTTP service of Kreisatlas."""
