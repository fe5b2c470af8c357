using Dapper;

namespace Licenzy.Server.Storage;

/// <summary>What a column holds.</summary>
internal enum ColumnType
{
    Text,
    Number,
    Blob,
}

/// <summary>A column of rows that are written together.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">What it holds.</param>
/// <param name="Value">Its value in a row.</param>
internal sealed record RowColumn<T>(string Name, ColumnType Type, Func<T, object?> Value)
{
    public static implicit operator RowColumn<T>((string Name, Func<T, string?> Value) column) => new(column.Name, ColumnType.Text, row => column.Value(row));

    public static implicit operator RowColumn<T>((string Name, Func<T, long?> Value) column) => new(column.Name, ColumnType.Number, row => column.Value(row));

    public static implicit operator RowColumn<T>((string Name, Func<T, byte[]?> Value) column) => new(column.Name, ColumnType.Blob, row => column.Value(row));
}

/// <summary>Rows of one kind that are written together, see <see cref="Session.Put"/>.</summary>
internal interface IRowBuffer
{
    Task WriteAsync(Session session);
}

/// <summary>
/// How rows of one kind are written, however many at once: PostgreSQL gets them as arrays in one statement, SQLite one after the other with a statement that
/// is prepared once. Where rows replace others, the last one of a key counts.
/// </summary>
internal sealed class RowSet<T>
    where T : notnull
{
    private readonly RowColumn<T>[] _columns;
    private readonly string _many;
    private readonly string _one;
    private readonly int _keys;

    private RowSet(RowColumn<T>[] columns, int keys, Func<Func<RowColumn<T>, string>, string, string> sql)
    {
        (_columns, _keys) = (columns, keys);
        var arrays = string.Join(", ", columns.Select(column => $"@{column.Name}"));
        var names = string.Join(", ", columns.Select(column => column.Name));
        _many = sql(column => $"v.{column.Name}", $" from unnest({arrays}) as v({names})");
        _one = sql(column => $"@{column.Name}", "");
    }

    /// <summary>New rows.</summary>
    public static RowSet<T> Insert(string table, params RowColumn<T>[] columns) => InsertNew(table, keys: 0, columns);

    /// <summary>New rows of which some may be there already, see <see cref="AddNewAsync"/>. The first columns are the key, as text.</summary>
    public static RowSet<T> InsertNew(string table, int keys, params RowColumn<T>[] columns) =>
        new(columns, keys, (value, source) => $"insert into {table} ({Names(columns)}) select {Values(columns, value)}{source}");

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

    /// <summary>Writes those that are not there yet, in the order given, and says which these were.</summary>
    public async Task<IReadOnlyList<T>> AddNewAsync(Session session, IReadOnlyList<T> rows)
    {
        if (rows.Count == 0)
            return [];
        const string unlessThere = " where true on conflict do nothing";
        if (session.Dialect != Dialect.Postgres)
            return await session.ExecuteEachAsync(_one + unlessThere, rows, _columns).ConfigureAwait(false);
        // Not in any text that comes from outside.
        const char apart = '\u001f';
        var key = string.Join($" || '{apart}' || ", _columns.Take(_keys).Select(column => column.Name));
        var added = (await session.ListAsync<string>($"{_many}{unlessThere} returning {key}", Arrays(rows)).ConfigureAwait(false)).ToHashSet(StringComparer.Ordinal);
        return [.. rows.Where(row => added.Contains(string.Join(apart, _columns.Take(_keys).Select(column => column.Value(row)))))];
    }

    /// <summary>A place for rows of one transaction.</summary>
    public Buffer NewBuffer() => new(this);

    private static string Names(IEnumerable<RowColumn<T>> columns) => string.Join(", ", columns.Select(column => column.Name));

    private static string Values(IEnumerable<RowColumn<T>> columns, Func<RowColumn<T>, string> value) => string.Join(", ", columns.Select(value));

    /// <summary>Rows that wait to be written.</summary>
    internal sealed class Buffer(RowSet<T> set) : IRowBuffer
    {
        private readonly List<T> _rows = [];

        public void Add(T row) => _rows.Add(row);

        public async Task WriteAsync(Session session)
        {
            // A statement may touch a row only once.
            IReadOnlyList<T> rows = set._keys == 0 || _rows.Count == 1
                ? [.. _rows]
                : [.. _rows.GroupBy(row => string.Join('\0', set._columns.Take(set._keys).Select(column => column.Value(row)))).Select(same => same.Last())];
            _rows.Clear();
            if (session.Dialect == Dialect.Postgres)
                await session.ExecuteNowAsync(set._many, set.Arrays(rows)).ConfigureAwait(false);
            else
                await session.ExecuteEachAsync(set._one, rows, set._columns).ConfigureAwait(false);
        }
    }

    private DynamicParameters Arrays(IReadOnlyList<T> rows)
    {
        var arrays = new DynamicParameters();
        foreach (var column in _columns)
        {
            object values = column.Type switch
            {
                ColumnType.Text => rows.Select(row => (string?)column.Value(row)).ToArray(),
                ColumnType.Number => rows.Select(row => (long?)column.Value(row)).ToArray(),
                _ => rows.Select(row => (byte[]?)column.Value(row)).ToArray(),
            };
            arrays.Add(column.Name, new Parameter(values));
        }

        return arrays;
    }

    // Dapper would make a list of parameters of an array.
    private sealed class Parameter(object values) : SqlMapper.ICustomQueryParameter
    {
        public void AddParameter(System.Data.IDbCommand command, string name) => command.Parameters.Add(new Npgsql.NpgsqlParameter(name, values));
    }
}
