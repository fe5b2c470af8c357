using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Npgsql;

namespace Licenzy.Load.Serving;

/// <summary>What one writes first on PostgreSQL: a prepared lookup for each question, a transaction for each consumption.</summary>
internal static class NaivePostgres
{
    public static Task<(Uri Address, IAsyncDisposable Server)> StartAsync(ServerSettings settings)
    {
        // Npgsql keeps a statement prepared on each connection once it has been seen twice.
        var source = NpgsqlDataSource.Create($"{settings.Database};Max Auto Prepare=8;Auto Prepare Min Usages=2");
        return Serve.BareAsync(app =>
        {
            app.MapPost("/v1/access/check", (CheckQuestion question) => CheckAsync(source, question));
            app.MapPost("/v1/usage/consume", (ConsumeQuestion question, HttpRequest request) => ConsumeAsync(source, question, request.Headers["Idempotency-Key"].ToString()));
        });
    }

    private static async Task<CheckAnswer> CheckAsync(NpgsqlDataSource source, CheckQuestion question)
    {
        await using var command = source.CreateCommand("select units from balances where subject_ref = $1");
        command.Parameters.Add(new() { Value = question.SubjectRef });
        return new CheckAnswer(question.SubjectRef, await command.ExecuteScalarAsync() is > 0L);
    }

    private static async Task<ConsumeAnswer> ConsumeAsync(NpgsqlDataSource source, ConsumeQuestion question, string key)
    {
        await using var connection = await source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        var left = (long)(await RunAsync("select units from balances where subject_ref = $1 for update", question.SubjectRef))! - question.Units;
        await RunAsync("update balances set units = $2 where subject_ref = $1", question.SubjectRef, left);
        await RunAsync(
            "insert into ledger (subject_ref, units, balance_after, idempotency_key, at) values ($1, $2, $3, $4, $5)",
            question.SubjectRef, question.Units, left, key, TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
        await transaction.CommitAsync();
        return new ConsumeAnswer(Ok: true, left);

        async Task<object?> RunAsync(string sql, params object[] values)
        {
            await using var command = new NpgsqlCommand(sql, connection, transaction);
            foreach (var value in values)
                command.Parameters.Add(new() { Value = value });
            return await command.ExecuteScalarAsync();
        }
    }
}
