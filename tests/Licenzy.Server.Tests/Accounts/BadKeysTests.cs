using Licenzy.Server.Accounts;
using Licenzy.Server.Changes;
using Licenzy.Server.Hosting;
using Licenzy.Server.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace Licenzy.Server.Tests.Accounts;

/// <summary>Whoever tries keys costs a checksum and, where that is right, a lookup; nothing of a try stays (SECURITY T38).</summary>
[NonParallelizable]
public sealed class BadKeysTests
{
    private const int Tries = 1_000_000;
    private const int Unknown = 50_000;
    private const long Slack = 4 * 1024 * 1024;

    [Test]
    public async Task A_million_bad_keys_leave_nothing_and_slips_of_the_pen_ask_no_database()
    {
        await using var db = new EmptyDb();
        using var known = new KnownKeys(new FeedReader(db, NullLogger<FeedReader>.Instance), db);
        var credentials = new Credentials(new KeyStore(db, TimeProvider.System), known, portal: null!, TimeProvider.System);
        var context = new DefaultHttpContext();
        var good = KeyFormat.Generate(KeyKind.TestRuntime);
        async Task TryAsync(string key)
        {
            context.Request.Headers.Authorization = $"Bearer {key}";
            if (!ReferenceEquals(await credentials.CheckAsync(context, CredentialsRule.RuntimeKey), Credentials.Invalid))
                Assert.Fail($"{key} was let in.");
        }

        await TryAsync(good);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 0; i < Tries - Unknown; i++)
            await TryAsync(string.Create(good.Length, (good, i), static (text, from) => Mistyped(text, from.good, from.i)));
        var read = db.Reads;
        // One of four thousand million has the checksum by chance.
        Assert.That(read, Is.LessThan(4));

        for (var i = 0; i < Unknown; i++)
            await TryAsync(KeyFormat.Generate(KeyKind.TestRuntime));
        Assert.That(db.Reads, Is.EqualTo(read + Unknown));
        Assert.That(GC.GetTotalMemory(forceFullCollection: true) - before, Is.LessThan(Slack));
        GC.KeepAlive(credentials);
    }

    // Another key each time, with the checksum of the first.
    private static void Mistyped(Span<char> text, string good, int number)
    {
        good.CopyTo(text);
        for (var at = 10; at < 16; at++, number /= 10)
            text[at] = (char)((good[at] == '0' + (number % 10) ? 'a' : '0') + (number % 10));
        text[16] = good[16] == 'z' ? 'y' : 'z';
    }

    /// <summary>Knows nobody.</summary>
    private sealed class EmptyDb : Db
    {
        public int Reads { get; private set; }

        public override Dialect Dialect => Dialect.Sqlite;

        public override IReadOnlyList<(string Name, int Count)> Waiting => [];

        public override Task<T> ReadAsync<T>(Func<Session, Task<T>> work, CancellationToken cancellationToken)
        {
            Reads++;
            return Task.FromResult<T>(default!);
        }

        public override Task<T> WriteAsync<T>(Func<Session, Task<T>> work, CancellationToken cancellationToken) => throw new NotSupportedException();

        public override Task MigrateAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

        public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
