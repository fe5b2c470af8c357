using Npgsql;

namespace Licenzy.Server.Storage;

/// <summary>Rows of one kind that wait to be written in their transaction.</summary>
internal interface IRowBuffer
{
    /// <summary>Writes them one after the other.</summary>
    void Write(SqliteStatements statements);

    /// <summary>The statement that writes them all.</summary>
    NpgsqlBatchCommand Write();

    void Clear();
}

/// <summary>The same, for whoever adds to them.</summary>
internal interface IRowBuffer<in T> : IRowBuffer
{
    void Add(T row);
}
