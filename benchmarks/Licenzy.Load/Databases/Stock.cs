using System.Data.Common;
using Licenzy.Load.Serving;

namespace Licenzy.Load.Databases;

/// <summary>
/// Subjects with a pack of units each, before anything is measured. The first is granted by the server itself, and the others are copies of its rows,
/// whatever columns those have.
/// </summary>
internal static class Stock
{
    private const string First = "user_0000000";
    private const long Units = 1_000_000_000;

    // What the server wrote for one grant; the rest of it (news, audit) no answer depends on.
    private static readonly string[] Copied = ["subjects", "entitlements", "usage_ledger"];

    public static async Task FillAsync(Engine engine, int subjects)
    {
        await using (var server = await engine.StartRealAsync())
        {
            using var seller = new Operator(server.Url, engine.Real.AdminKey);
            await seller.AddPackAsync("PACK", Units);
            await seller.GrantAsync(First, "PACK");
        }

        await using (var connection = await engine.OpenAsync(engine.Real.Database!))
        {
            foreach (var table in Copied)
                await CopyAsync(engine, connection, table, subjects);
            await RunAsync(connection, "analyze");
        }

        await using var naive = await engine.OpenAsync(engine.NaiveDatabase);
        await RunAsync(naive, "create table balances (subject_ref text not null primary key, units bigint not null)");
        var id = engine.IsPostgres ? "bigint generated always as identity" : "integer";
        await RunAsync(
            naive,
            $"create table ledger (id {id} primary key, subject_ref text not null, units bigint not null, balance_after bigint not null, idempotency_key text not null, at bigint not null)");
        await RunAsync(naive, $"insert into balances values ('{First}', {Units})");
        await RunAsync(naive, $"{engine.Numbers(subjects)} insert into balances select 'user_' || {engine.Digits}, {Units} from n");
        await RunAsync(naive, "analyze");
    }

    private static async Task CopyAsync(Engine engine, DbConnection connection, string table, int subjects)
    {
        var columns = await ColumnsAsync(connection, table);
        var values = columns.Select(column => column switch
        {
            "subject_ref" => $"'user_' || {engine.Digits}",
            "id" or "entitlement_id" => $"'ent_0000000000000000000' || {engine.Digits}",
            _ => $"t.{column}",
        });
        await RunAsync(
            connection,
            $"{engine.Numbers(subjects)} insert into {table} ({string.Join(", ", columns)}) select {string.Join(", ", values)} from {table} t, n where t.subject_ref = '{First}'");
    }

    private static async Task<IReadOnlyList<string>> ColumnsAsync(DbConnection connection, string table)
    {
        await using var command = Command(connection, $"select * from {table} limit 0");
        await using var reader = await command.ExecuteReaderAsync();
        return [.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetName)];
    }

    private static async Task RunAsync(DbConnection connection, string sql)
    {
        await using var command = Command(connection, sql);
        await command.ExecuteNonQueryAsync();
    }

    private static DbCommand Command(DbConnection connection, string sql)
    {
        var command = connection.CreateCommand();
        // Every text is written in this file, and nothing of it comes from outside.
        command.CommandText = sql;
        command.CommandTimeout = 600;
        return command;
    }
}
