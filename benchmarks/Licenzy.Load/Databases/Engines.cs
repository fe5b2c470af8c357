using Licenzy.Load.Serving;
using Licenzy.Server.Tests.Engines;
using Npgsql;

namespace Licenzy.Load.Databases;

/// <summary>Both engines for one run: a folder for SQLite's files, and a PostgreSQL cluster of its own, as durable as in production. Gone when disposed.</summary>
internal sealed class Engines : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("licenzy-load-");
    private PostgresProcess? _cluster;

    public IReadOnlyList<Engine> All { get; private set; } = [];

    /// <param name="subjects">How many subjects both databases of each engine hold beside the first.</param>
    public static async Task<Engines> StartAsync(int subjects)
    {
        var engines = new Engines();
        try
        {
            engines.All = [engines.Sqlite(), .. await engines.PostgresAsync()];
            foreach (var engine in engines.All)
                await Stock.FillAsync(engine, subjects);
            return engines;
        }
        catch
        {
            await engines.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_cluster is not null)
            await _cluster.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private Engine Sqlite() => new(
        "SQLite", "serve-naive-sqlite", $"Data Source={Path.Combine(_folder.FullName, "naive.db")}",
        ServerSettings.New($"Data Source={Path.Combine(_folder.FullName, "licenzy.db")}", _folder.FullName));

    private async Task<IEnumerable<Engine>> PostgresAsync()
    {
        if (PostgresBinaries.FindIn(PostgresBinaries.Folders()) is not { } binaries)
        {
            await Console.Error.WriteLineAsync("No PostgreSQL here, so it is left out: apt-get install postgresql.");
            return [];
        }

        _cluster = await PostgresProcess.StartAsync(binaries);
        return [new Engine(
            "PostgreSQL", "serve-naive-postgres", await NewDatabaseAsync("naive"), ServerSettings.New(await NewDatabaseAsync("licenzy_load"), _folder.FullName))];
    }

    private async Task<string> NewDatabaseAsync(string name)
    {
        await using var connection = new NpgsqlConnection($"{_cluster!.ConnectionString};Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"create database {name}", connection);
        await command.ExecuteNonQueryAsync();
        return new NpgsqlConnectionStringBuilder(_cluster.ConnectionString) { Database = name }.ConnectionString;
    }
}
