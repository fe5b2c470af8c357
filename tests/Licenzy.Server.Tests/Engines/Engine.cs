namespace Licenzy.Server.Tests.Engines;

/// <summary>The two databases the server runs on. A promise about storage is tested on both.</summary>
public enum Engine
{
    /// <summary>A file, through the operating system's SQLite.</summary>
    Sqlite,

    /// <summary>A database of the run's own cluster, see <see cref="PostgresCluster"/>.</summary>
    Postgres,
}
