namespace Licenzy.Server.Tests.Engines;

/// <summary>A fresh, empty database of either engine, gone when disposed.</summary>
public sealed class EngineDatabase : IAsyncDisposable
{
    private readonly string? directory;

    private EngineDatabase(Engine engine, string connectionString, string? directory)
    {
        Engine = engine;
        ConnectionString = connectionString;
        this.directory = directory;
    }

    public Engine Engine { get; }

    /// <summary>What <c>Licenzy:Database</c> takes: <c>Data Source=…</c> or <c>Host=…</c>.</summary>
    public string ConnectionString { get; }

    /// <summary>Skips the calling fixture (fails it on CI) where the machine has no PostgreSQL.</summary>
    public static async Task<EngineDatabase> CreateAsync(Engine engine)
    {
        if (engine == Engine.Postgres)
            return new EngineDatabase(engine, await PostgresCluster.NewDatabaseAsync(), directory: null);

        var directory = Directory.CreateTempSubdirectory("licenzy-sqlite-").FullName;
        return new EngineDatabase(engine, $"Data Source={Path.Combine(directory, "licenzy.db")}", directory);
    }

    public async ValueTask DisposeAsync()
    {
        if (directory is null)
            await PostgresCluster.DropDatabaseAsync(ConnectionString);
        else if (Directory.Exists(directory))
            Directory.Delete(directory, recursive: true);
    }
}
