using System.Net;
using System.Net.Sockets;
using Licenzy.Domain;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Server.Tests.Spec;
using Licenzy.Testing;

namespace Licenzy.Server.Tests.Changes;

/// <summary>Streams that the server ends, so that nobody who still listens has missed anything.</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class LetGoTests(Engine engine) : ServerFixture(engine)
{
    private const string Route = "GET /v1/changes";

    // Together more than the buffers between the two take, which are some megabytes; and no more at a time than who reads can be behind.
    private const int Rounds = 24;
    private const int AtOnce = 250;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly string Wide = new('w', 4000);

    protected override LicenzyTestServerOptions Options()
    {
        var options = base.Options();
        options.Configure = server => server.Changes.HeartbeatSeconds = 1;
        return options;
    }

    [Test]
    [Spec(Route, "the stream of a reader that falls 1,000 changes behind ends, and it comes back with the last id it got")]
    public async Task Who_does_not_keep_up_is_let_go_and_comes_back()
    {
        var own = new Scope((await Rows.ValueAsync<string>(Server, "select id from workspaces order by created_at, id limit 1"))!, Mode.Test);
        using var small = new HttpClient(new SocketsHttpHandler { ConnectCallback = WithLittleRoomAsync }) { BaseAddress = Server.BaseAddress };
        small.DefaultRequestHeaders.Authorization = Runtime.Http.DefaultRequestHeaders.Authorization;
        using var slow = await ChangeListener.OpenAsync(small);
        using var quick = await ChangeListener.OpenAsync(Runtime.Http);
        for (var round = 0; round < Rounds; round++)
        {
            await FeedRows.AddAsync(Server, own, AtOnce, (round * AtOnce) + 1, Wide);
            for (var i = 1; i <= AtOnce; i++)
                Assert.That((long)(await quick.ChangeAsync()).Data!["version"]!, Is.EqualTo((round * AtOnce) + i), "who keeps up hears all of it");
        }

        var (heard, last) = (new List<long>(), (string?)null);
        using var patience = new CancellationTokenSource(Patience);
        while (await slow.NextAsync() is { } one)
        {
            patience.Token.ThrowIfCancellationRequested();
            last = one.Id ?? last;
            if (one.Data is { } data)
                heard.Add((long)data["version"]!);
        }

        Assert.That(heard, Has.Count.InRange(1000, (Rounds * AtOnce) - 1), "the stream ended before all was told");
        using var again = await ChangeListener.OpenAsync(small, last);
        while (heard.Count < Rounds * AtOnce)
            heard.Add((long)(await again.ChangeAsync()).Data!["version"]!);
        Assert.That(heard, Is.EqualTo(Enumerable.Range(1, Rounds * AtOnce)), "nothing skipped, nothing twice");
    }

    [Test]
    [Spec(Route, "while the feed cannot be read the stream ends instead of saying that nothing was missed")]
    public async Task A_feed_that_cannot_be_read_ends_the_stream_at_a_heartbeat()
    {
        using var listener = await ChangeListener.OpenAsync(Runtime.Http);
        var begin = await listener.NextAsync();
        await Rows.ExecuteAsync(Server, "alter table change_feed rename to change_feed_away");
        try
        {
            using var patience = new CancellationTokenSource(Patience);
            while (await listener.NextAsync() is { } heard)
            {
                patience.Token.ThrowIfCancellationRequested();
                Assert.That(heard.Data, Is.Null);
            }
        }
        finally
        {
            await Rows.ExecuteAsync(Server, "alter table change_feed_away rename to change_feed");
        }

        var subject = NewSubject();
        await GrantAsync(subject, "PACK1000");
        using var again = await ChangeListener.OpenAsync(Runtime.Http, begin!.Id);
        Assert.That((string?)(await again.ChangeAsync()).Data!["subject_ref"], Is.EqualTo(subject));
    }

    private static async ValueTask<Stream> WithLittleRoomAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        await socket.ConnectAsync(IPAddress.Loopback, context.DnsEndPoint.Port, cancellationToken);
        return new NetworkStream(socket, ownsSocket: true);
    }
}
