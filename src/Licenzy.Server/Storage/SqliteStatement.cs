using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Licenzy.Server.Storage;

/// <summary>
/// A statement that is prepared once for its connection and told its parameters by their numbers. The provider finds them by their names in every call, which
/// took longer than the writing.
/// </summary>
internal sealed class SqliteStatement : IDisposable
{
    private const int MostOnStack = 1024;
    private readonly sqlite3 _connection;
    private readonly sqlite3_stmt _statement;

    public SqliteStatement(SqliteConnection connection, string sql)
    {
        _connection = connection.Handle!;
        Check(raw.sqlite3_prepare_v2(_connection, sql, out _statement));
    }

    /// <summary>A parameter's number; 0 for one that the statement has not.</summary>
    public int Parameter(string name) => raw.sqlite3_bind_parameter_index(_statement, name);

    public void Bind(int parameter, string? text)
    {
        if (text is null)
        {
            BindNull(parameter);
            return;
        }

        if (text.Length == 0)
        {
            // An empty span has no address, which SQLite takes for null.
            Check(raw.sqlite3_bind_text(_statement, parameter, ""));
            return;
        }

        var most = Encoding.UTF8.GetMaxByteCount(text.Length);
        Span<byte> bytes = most <= MostOnStack ? stackalloc byte[MostOnStack] : new byte[most];
        Check(raw.sqlite3_bind_text(_statement, parameter, bytes[..Encoding.UTF8.GetBytes(text, bytes)]));
    }

    public void Bind(int parameter, long? number)
    {
        if (number is { } value)
            Check(raw.sqlite3_bind_int64(_statement, parameter, value));
        else
            BindNull(parameter);
    }

    public void Bind(int parameter, byte[]? blob)
    {
        if (blob is null)
            BindNull(parameter);
        else
            Check(raw.sqlite3_bind_blob(_statement, parameter, blob));
    }

    /// <summary>Runs it with what is bound.</summary>
    public void Run()
    {
        var ended = raw.sqlite3_step(_statement);
        // Whatever came of it, nothing may stay open; the reset says the same once more.
        raw.sqlite3_reset(_statement);
        if (ended != raw.SQLITE_DONE)
            Check(ended == raw.SQLITE_ROW ? raw.SQLITE_MISUSE : ended);
    }

    public void Dispose() => _statement.Dispose();

    private void BindNull(int parameter) => Check(raw.sqlite3_bind_null(_statement, parameter));

    private void Check(int result) => SqliteException.ThrowExceptionForRC(result, _connection);
}
