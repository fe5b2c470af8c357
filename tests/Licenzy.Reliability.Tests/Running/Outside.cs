using Licenzy.Server.Storage;
using Licenzy.Server.Tests.Engines;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Licenzy.Reliability.Tests.Running;

/// <summary>The database as somebody sees it who is not the server.</summary>
internal static class Outside
{
    public static async Task<SqliteConnection> OpenFileAsync(EngineDatabase database)
    {
        SqliteLibrary.Load(null);
        var connection = new SqliteConnection(database.ConnectionString + ";Pooling=False");
        await connection.OpenAsync();
        return connection;
    }

    public static async Task SayAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
