using System.Data.Common;
using Licenzy.Reliability.Tests.Running;
using Licenzy.Server.Tests.Engines;
using Npgsql;

namespace Licenzy.Reliability.Tests.Killed;

/// <summary>What the database holds to tell the world of a subject: events for the workspace's endpoint, to which nothing is sent here, and the feed of changes.</summary>
/// <param name="Events">How many events of each type.</param>
/// <param name="Version">The subject's last version in the feed.</param>
internal sealed record Told(IReadOnlyDictionary<string, long> Events, long Version)
{
    public long Of(string type) => Events.GetValueOrDefault(type);

    public static async Task<Told> ReadAsync(EngineDatabase database, string subject)
    {
        await using var connection = await OpenAsync(database);
        var events = await ListAsync(connection, "select type, count(*) from outbound_events where subject_ref = @subject group by type", subject);
        var feed = await ListAsync(connection, "select 'version', coalesce(max(version), 0) from change_feed where subject_ref = @subject", subject);
        return new Told(events, feed["version"]);
    }

    private static async Task<DbConnection> OpenAsync(EngineDatabase database)
    {
        if (database.Engine == Engine.Sqlite)
            return await Outside.OpenFileAsync(database);
        var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    private static async Task<Dictionary<string, long>> ListAsync(DbConnection connection, string sql, string subject)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        var parameter = command.CreateParameter();
        (parameter.ParameterName, parameter.Value) = ("@subject", subject);
        command.Parameters.Add(parameter);
        await using var reader = await command.ExecuteReaderAsync();
        var found = new Dictionary<string, long>();
        while (await reader.ReadAsync())
            found.Add(reader.GetString(0), reader.GetInt64(1));
        return found;
    }
}
