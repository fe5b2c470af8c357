using Licenzy.AspNetCore.Webhooks;

namespace Licenzy.Packages.Tests.Webhooks;

public sealed class Remembering
{
    private int _runs;

    [SetUp]
    public void Forget() => _runs = 0;

    private Task<bool> Run(HandledWebhooks handled, string id, bool works = true) => handled.OnceAsync(
        id,
        () =>
        {
            _runs++;
            return Task.FromResult(works);
        },
        CancellationToken.None);

    [Test]
    public async Task The_newest_ids_are_remembered_and_the_oldest_forgotten()
    {
        var handled = new HandledWebhooks(3);
        foreach (var id in new[] { "a", "b", "c", "c", "a", "d" })
            await Run(handled, id);
        Assert.That(_runs, Is.EqualTo(4));

        await Run(handled, "b");
        await Run(handled, "d");
        Assert.That(_runs, Is.EqualTo(4), "d took the place of a, not of b");

        await Run(handled, "a");
        Assert.That(_runs, Is.EqualTo(5));
    }

    [Test]
    public async Task A_hundred_thousand_are_remembered_and_the_memory_has_an_end()
    {
        var handled = new HandledWebhooks();
        for (var i = 0; i <= 100_000; i++)
            await Run(handled, $"evt_{i}");

        _runs = 0;
        await Run(handled, "evt_1");
        Assert.That(_runs, Is.Zero);
        await Run(handled, "evt_0");
        Assert.That(_runs, Is.EqualTo(1));
    }

    [Test]
    public async Task What_failed_is_not_remembered_however_it_failed()
    {
        var handled = new HandledWebhooks();
        Assert.That(await Run(handled, "a", works: false), Is.False);
        Assert.That(async () => await handled.OnceAsync("a", () => throw new InvalidOperationException(), CancellationToken.None), Throws.InvalidOperationException);
        Assert.That(await Run(handled, "a"), Is.True);
        Assert.That(_runs, Is.EqualTo(2));
    }

    [Test]
    public async Task Who_waits_may_leave_without_disturbing_the_first()
    {
        var (handled, go) = (new HandledWebhooks(), new TaskCompletionSource<bool>());
        using var impatient = new CancellationTokenSource();

        var first = handled.OnceAsync("a", () => go.Task, CancellationToken.None);
        var second = handled.OnceAsync("a", () => throw new AssertionException("ran twice"), impatient.Token);
        var third = handled.OnceAsync("a", () => throw new AssertionException("ran twice"), CancellationToken.None);
        await impatient.CancelAsync();
        Assert.That(async () => await second, Throws.InstanceOf<OperationCanceledException>());
        go.SetResult(true);

        Assert.That(await Task.WhenAll(first, third), Is.All.True);
    }
}
