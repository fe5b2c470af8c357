using Licenzy.Access;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Server.Tests.Spec;

namespace Licenzy.Server.Tests.Changes;

/// <summary>Our own client on the real stream: what each end is tested for alone must fit together.</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class ClientFollowsTests(Engine engine) : ServerFixture(engine)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Test]
    [Spec("GET /v1/changes", "our client begins with a reset, hears of changes, and goes on from where it was")]
    public async Task The_client_follows_and_comes_back()
    {
        using var client = LicenzyClient.Create(new LicenzyClientOptions { BaseAddress = Server.BaseAddress, ApiKey = Server.TestKey });
        using var patience = new CancellationTokenSource(Patience);
        var subject = NewSubject();
        SubjectChange heard;
        await using (var following = client.FollowChangesAsync(cancellationToken: patience.Token).GetAsyncEnumerator(patience.Token))
        {
            Assert.That((await following.MoveNextAsync(), following.Current.IsReset), Is.EqualTo((true, true)));
            await GrantAsync(subject, "PACK1000");
            Assert.That(await following.MoveNextAsync(), Is.True);
            heard = following.Current;
        }

        await ConsumeAsync(subject, 1);
        await using var again = client.FollowChangesAsync(heard.Position, patience.Token).GetAsyncEnumerator(patience.Token);

        Assert.That(await again.MoveNextAsync(), Is.True);
        Assert.That((heard.SubjectRef, heard.Version, again.Current.SubjectRef, again.Current.Version), Is.EqualTo((subject, 1L, subject, 2L)));
        Assert.That(again.Current.IsReset, Is.False);
    }
}
