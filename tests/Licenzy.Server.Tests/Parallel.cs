// Fixtures have a server, a database and ports of their own, and most of their time they wait: for timers, sockets and flushes.
[assembly: Parallelizable(ParallelScope.Fixtures)]
[assembly: LevelOfParallelism(3)]
