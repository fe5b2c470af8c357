using System.Collections.Concurrent;
using Npgsql;

namespace Licenzy.Server.Tests.Engines;

/// <summary>The PostgreSQL of this test run: started once, by the first test that needs it, and stopped by <see cref="EngineTearDown"/>.</summary>
public static class PostgresCluster
{
    private static readonly PostgresSource Source = PostgresSource.OfThisMachine();
    private static readonly ConcurrentDictionary<string, bool> Created = new(StringComparer.Ordinal);
    private static readonly Lock Gate = new();
    private static Task<PostgresProcess>? process;

    /// <summary>Skips the test with the fix in its reason where there is no PostgreSQL; on CI a missing engine is a failure.</summary>
    public static void Require()
    {
        if (Source.IsAvailable)
            return;
        if (Source.IsMandatory)
            Assert.Fail(PostgresSource.Fix);
        else
            Assert.Ignore(PostgresSource.Fix);
    }

    /// <summary>The connection string of a database nobody else uses. Dropped by <see cref="DropDatabaseAsync"/>, or at the end of the run.</summary>
    public static async Task<string> NewDatabaseAsync()
    {
        Require();
        var owner = await OwnerAsync();
        var name = $"licenzy_test_{Guid.NewGuid():N}";
        await ExecuteAsync(owner, $"create database {name}");
        var connectionString = new NpgsqlConnectionStringBuilder(owner) { Database = name }.ConnectionString;
        Created[connectionString] = true;
        return connectionString;
    }

    public static async Task DropDatabaseAsync(string connectionString)
    {
        if (!Created.TryRemove(connectionString, out _))
            return;
        await using (var pooled = new NpgsqlConnection(connectionString))
            NpgsqlConnection.ClearPool(pooled);
        var name = new NpgsqlConnectionStringBuilder(connectionString).Database;
        await ExecuteAsync(await OwnerAsync(), $"drop database if exists {name} with (force)");
    }

    internal static async Task StopAsync()
    {
        foreach (var left in Created.Keys)
            await DropDatabaseAsync(left);
        if (process is not null)
            await (await process).DisposeAsync();
    }

    /// <summary>A connection string that may create and drop databases.</summary>
    internal static async Task<string> OwnerAsync()
    {
        if (Source.ConnectionString is { } given)
            return given;
        Task<PostgresProcess> starting;
        lock (Gate)
            starting = process ??= PostgresProcess.StartAsync(Source.Binaries!);
        return (await starting).ConnectionString;
    }

    private static async Task ExecuteAsync(string connectionString, string sql)
    {
        var unpooled = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString;
        await using var connection = new NpgsqlConnection(unpooled);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
