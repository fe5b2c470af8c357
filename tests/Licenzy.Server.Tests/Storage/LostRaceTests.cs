using Licenzy.Server.Storage;
using Licenzy.Server.Tests.Engines;

namespace Licenzy.Server.Tests.Storage;

/// <summary>PostgreSQL only: SQLite has one writer by nature, and nobody to lose to.</summary>
public sealed class LostRaceTests() : StoreFixture(Engine.Postgres)
{
    [Test]
    public async Task Work_that_lost_a_race_is_taken_back_and_runs_again()
    {
        var (subject, runs) = (NewSubject(), 0);

        await Db.WriteAsync(
            async session =>
            {
                await InsertAsync(session, subject, ++runs);
                if (runs < 3)
                    throw new LostRaceException();
            },
            CancellationToken.None);

        Assert.That(runs, Is.EqualTo(3));
        Assert.That(await VersionAsync(subject), Is.EqualTo(3), "of the runs before nothing is left");
    }

    [Test]
    public async Task Who_loses_again_and_again_is_told_to_come_back()
    {
        var (subject, runs) = (NewSubject(), 0);

        var failure = Assert.ThrowsAsync<StorageUnavailableException>(() => Db.WriteAsync(
            async session =>
            {
                await InsertAsync(session, subject, ++runs);
                throw new LostRaceException();
            },
            CancellationToken.None))!;

        Assert.That(failure.InnerException, Is.TypeOf<LostRaceException>());
        Assert.That(runs, Is.EqualTo(4));
        Assert.That(await VersionAsync(subject), Is.Null);
    }

    // Fails where it was done before.
    private Task<int> InsertAsync(Session session, string subject, long version) =>
        session.ExecuteAsync(
            "insert into subjects (workspace_id, mode, subject_ref, version, created_at, updated_at) values (@WorkspaceId, 'test', @subject, @version, 0, 0)",
            new { Scope.WorkspaceId, subject, version });

    private Task<long?> VersionAsync(string subject) =>
        Db.ReadAsync(session => session.FindAsync<long?>("select version from subjects where subject_ref = @subject", new { subject }), CancellationToken.None);
}
