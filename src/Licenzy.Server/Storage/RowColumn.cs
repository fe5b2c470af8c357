using Npgsql;

namespace Licenzy.Server.Storage;

/// <summary>A column of rows that are written together: how its value in a row comes to each engine.</summary>
internal abstract class RowColumn<T>(string name)
{
    public string Name => name;

    /// <summary>The value as part of a key.</summary>
    public abstract string Key(T row);

    /// <summary>The value for a statement of one row.</summary>
    public abstract void Bind(SqliteStatement statement, int parameter, T row);

    /// <summary>The values for a statement of many rows, as an array.</summary>
    public abstract NpgsqlParameter Array(IReadOnlyList<T> rows);

    public static implicit operator RowColumn<T>((string Name, Func<T, string?> Value) column) => new Text(column.Name, column.Value);

    public static implicit operator RowColumn<T>((string Name, Func<T, long?> Value) column) => new Number(column.Name, column.Value);

    public static implicit operator RowColumn<T>((string Name, Func<T, byte[]?> Value) column) => new Blob(column.Name, column.Value);

    private static NpgsqlParameter<TValue[]> Array<TValue>(IReadOnlyList<T> rows, Func<T, TValue> value)
    {
        var values = new TValue[rows.Count];
        for (var i = 0; i < values.Length; i++)
            values[i] = value(rows[i]);
        return new NpgsqlParameter<TValue[]> { TypedValue = values };
    }

    private sealed class Text(string name, Func<T, string?> value) : RowColumn<T>(name)
    {
        public override string Key(T row) => value(row) ?? "";

        public override void Bind(SqliteStatement statement, int parameter, T row) => statement.Bind(parameter, value(row));

        public override NpgsqlParameter Array(IReadOnlyList<T> rows) => Array(rows, value);
    }

    private sealed class Number(string name, Func<T, long?> value) : RowColumn<T>(name)
    {
        public override string Key(T row) => value(row)?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "";

        public override void Bind(SqliteStatement statement, int parameter, T row) => statement.Bind(parameter, value(row));

        public override NpgsqlParameter Array(IReadOnlyList<T> rows) => Array(rows, value);
    }

    private sealed class Blob(string name, Func<T, byte[]?> value) : RowColumn<T>(name)
    {
        public override string Key(T row) => throw new NotSupportedException($"{Name} is no part of a key.");

        public override void Bind(SqliteStatement statement, int parameter, T row) => statement.Bind(parameter, value(row));

        public override NpgsqlParameter Array(IReadOnlyList<T> rows) => Array(rows, value);
    }
}
