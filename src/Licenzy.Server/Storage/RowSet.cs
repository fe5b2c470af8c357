using System.Globalization;
using Npgsql;

namespace Licenzy.Server.Storage;

/// <summary>
/// How rows of one kind are written, however many at once: PostgreSQL gets them as arrays in one statement, SQLite one after the other with a statement that
/// is prepared once. Where rows replace others, the last one of a key counts. See <see cref="Session.Put"/>.
/// </summary>
internal sealed class RowSet<T>
    where T : notnull
{
    private readonly RowColumn<T>[] _columns;
    private readonly string _many;
    private readonly string _one;
    private readonly int _keys;
    private int[]? _parameters;

    private RowSet(RowColumn<T>[] columns, int keys, Func<Func<RowColumn<T>, string>, string, string> sql)
    {
        (_columns, _keys) = (columns, keys);
        var arrays = string.Join(", ", columns.Select((_, i) => string.Create(CultureInfo.InvariantCulture, $"${i + 1}")));
        var names = string.Join(", ", columns.Select(column => column.Name));
        _many = sql(column => $"v.{column.Name}", $" from unnest({arrays}) as v({names})");
        _one = sql(column => $"@{column.Name}", "");
    }

    /// <summary>New rows.</summary>
    public static RowSet<T> Insert(string table, params RowColumn<T>[] columns) =>
        new(columns, keys: 0, (value, source) => $"insert into {table} ({Names(columns)}) select {Values(columns, value)}{source}");

    /// <summary>New rows, or new values for some of the columns of those that are there. The first columns are the key.</summary>
    public static RowSet<T> Upsert(string table, int keys, IReadOnlyCollection<string> changing, params RowColumn<T>[] columns) =>
        // Without the condition SQLite takes "on conflict" for a join's.
        new(columns, keys, (value, source) =>
            $"insert into {table} ({Names(columns)}) select {Values(columns, value)}{source} where true on conflict ({Names(columns.Take(keys))}) do update set "
            + string.Join(", ", changing.Select(name => $"{name} = excluded.{name}")));

    /// <summary>New values for rows that are there. The first columns are the key.</summary>
    public static RowSet<T> Update(string table, int keys, params RowColumn<T>[] columns) =>
        new(columns, keys, (value, source) =>
            $"update {table} set {string.Join(", ", columns.Skip(keys).Select(column => $"{column.Name} = {value(column)}"))}{source} where "
            + string.Join(" and ", columns.Take(keys).Select(column => $"{table}.{column.Name} = {value(column)}")));

    /// <summary>A statement of its own for each row.</summary>
    /// <param name="sql">The statement, of what stands for a column's value, and of the <c>from</c> that it comes from where there are many.</param>
    /// <param name="columns">What stands in a row.</param>
    public static RowSet<T> Write(Func<Func<string, string>, string, string> sql, params RowColumn<T>[] columns) =>
        new(columns, keys: 0, (value, source) => sql(name => value(columns.Single(column => column.Name == name)), source));

    /// <summary>A place for rows of one transaction.</summary>
    public IRowBuffer NewBuffer() => _keys == 0 ? new Rows(this) : new LastRows(this);

    private NpgsqlBatchCommand Many(IReadOnlyList<T> rows)
    {
        var command = new NpgsqlBatchCommand(_many);
        foreach (var column in _columns)
            command.Parameters.Add(column.Array(rows));
        return command;
    }

    private void Each(SqliteStatement statement, IReadOnlyList<T> rows)
    {
        // Of one text, so the same whatever the connection.
        _parameters ??= [.. _columns.Select(column => statement.Parameter($"@{column.Name}"))];
        foreach (var row in rows)
        {
            for (var i = 0; i < _columns.Length; i++)
            {
                if (_parameters[i] > 0)
                    _columns[i].Bind(statement, _parameters[i], row);
            }

            statement.Run();
        }
    }

    private static string Names(IEnumerable<RowColumn<T>> columns) => string.Join(", ", columns.Select(column => column.Name));

    private static string Values(IEnumerable<RowColumn<T>> columns, Func<RowColumn<T>, string> value) => string.Join(", ", columns.Select(value));

    private sealed class Rows(RowSet<T> set) : IRowBuffer<T>
    {
        private readonly List<T> _rows = [];

        public void Add(T row) => _rows.Add(row);

        public void Write(SqliteStatements statements) => set.Each(statements.Of(set._one), _rows);

        public NpgsqlBatchCommand Write() => set.Many(_rows);

        public void Clear() => _rows.Clear();
    }

    // A statement may touch a row only once.
    private sealed class LastRows(RowSet<T> set) : IRowBuffer<T>
    {
        private readonly Dictionary<string, T> _rows = new(StringComparer.Ordinal);

        public void Add(T row) => _rows[string.Join('\0', set._columns.Take(set._keys).Select(column => column.Key(row)))] = row;

        public void Write(SqliteStatements statements) => set.Each(statements.Of(set._one), [.. _rows.Values]);

        public NpgsqlBatchCommand Write() => set.Many([.. _rows.Values]);

        public void Clear() => _rows.Clear();
    }
}
