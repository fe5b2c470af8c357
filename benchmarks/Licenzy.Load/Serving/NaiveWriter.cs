using Microsoft.Data.Sqlite;

namespace Licenzy.Load.Serving;

/// <summary>
/// One connection that writers wait for in turn: SQLite has one writer anyway, and whoever leaves the waiting to its busy handler sleeps between tries,
/// which makes for a weaker opponent.
/// </summary>
internal sealed class NaiveWriter
{
    private readonly SemaphoreSlim _turn = new(1);
    private readonly SqliteCommand _begin;
    private readonly SqliteCommand _balance;
    private readonly SqliteCommand _update;
    private readonly SqliteCommand _ledger;
    private readonly SqliteCommand _commit;

    public NaiveWriter(string database)
    {
        var connection = NaiveSqlite.Open(database);
        _begin = NaiveSqlite.Prepare(connection, "begin immediate");
        _balance = NaiveSqlite.Prepare(connection, "select units from balances where subject_ref = @subject", "@subject");
        _update = NaiveSqlite.Prepare(connection, "update balances set units = @left where subject_ref = @subject", "@subject", "@left");
        _ledger = NaiveSqlite.Prepare(
            connection,
            "insert into ledger (subject_ref, units, balance_after, idempotency_key, at) values (@subject, @units, @left, @key, @at)",
            "@subject", "@units", "@left", "@key", "@at");
        _commit = NaiveSqlite.Prepare(connection, "commit");
    }

    public async Task<ConsumeAnswer> TakeAsync(ConsumeQuestion question, string key)
    {
        await _turn.WaitAsync();
        try
        {
            Run(_begin);
            var left = (long)Run(_balance, question.SubjectRef)! - question.Units;
            Run(_update, question.SubjectRef, left);
            Run(_ledger, question.SubjectRef, question.Units, left, key, TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
            Run(_commit);
            return new ConsumeAnswer(Ok: true, left);
        }
        finally
        {
            _turn.Release();
        }
    }

    private static object? Run(SqliteCommand command, params object[] values)
    {
        for (var at = 0; at < values.Length; at++)
            command.Parameters[at].Value = values[at];
        return command.ExecuteScalar();
    }
}
