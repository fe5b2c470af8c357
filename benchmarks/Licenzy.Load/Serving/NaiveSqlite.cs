using System.Collections.Concurrent;
using Licenzy.Server.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Data.Sqlite;

namespace Licenzy.Load.Serving;

/// <summary>
/// What one writes first on SQLite: a connection of the provider's pool and a lookup for each question, a transaction for each consumption. Beside it
/// a lookup whose connection and statement are kept, which only a library without a network between can do, and few write.
/// </summary>
internal static class NaiveSqlite
{
    public static Task<(Uri Address, IAsyncDisposable Server)> StartAsync(ServerSettings settings)
    {
        SqliteLibrary.Load(null);
        var readers = new ConcurrentBag<NaiveReader>();
        var writer = new NaiveWriter(settings.Database!);
        return Serve.BareAsync(app =>
        {
            app.MapPost("/v1/access/check", (CheckQuestion question) => Check(settings.Database!, question));
            app.MapPost("/kept/access/check", (CheckQuestion question) =>
            {
                if (!readers.TryTake(out var reader))
                    reader = new NaiveReader(settings.Database!);
                var units = reader.UnitsOf(question.SubjectRef);
                readers.Add(reader);
                return new CheckAnswer(question.SubjectRef, units > 0);
            });
            app.MapPost("/v1/usage/consume", (ConsumeQuestion question, HttpRequest request) => writer.TakeAsync(question, request.Headers["Idempotency-Key"].ToString()));
        });
    }

    public static SqliteConnection Open(string database)
    {
        var connection = new SqliteConnection($"{database};Pooling=false");
        connection.Open();
        using var settings = connection.CreateCommand();
        settings.CommandText = "pragma journal_mode = wal; pragma synchronous = full";
        settings.ExecuteNonQuery();
        return connection;
    }

    /// <summary>A prepared statement with named parameters, to be run again and again.</summary>
    public static SqliteCommand Prepare(SqliteConnection connection, string sql, params string[] names)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var name in names)
            command.Parameters.Add(new SqliteParameter { ParameterName = name });
        return command;
    }

    private static CheckAnswer Check(string database, CheckQuestion question)
    {
        using var connection = new SqliteConnection(database);
        connection.Open();
        using var lookup = connection.CreateCommand();
        lookup.CommandText = "select units from balances where subject_ref = @subject";
        lookup.Parameters.AddWithValue("@subject", question.SubjectRef);
        return new CheckAnswer(question.SubjectRef, lookup.ExecuteScalar() is > 0L);
    }
}
