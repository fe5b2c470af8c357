// Processes with folders and ports of their own, of which most wait for another.
[assembly: Parallelizable(ParallelScope.Fixtures)]
[assembly: LevelOfParallelism(2)]
