using Licenzy.Access;
using Licenzy.Checkout;
using Licenzy.Usage;

namespace Licenzy.Testing.Tests.Fake;

/// <summary>Whoever follows the fake is told as the server tells.</summary>
[CancelAfter(60_000)]
public sealed class FakeChangesTests
{
    private static readonly DateTimeOffset Now = new(2026, 8, 1, 12, 0, 0, TimeSpan.Zero);

    private FakeLicenzy _licenzy = null!;

    [SetUp]
    public void Begin() => _licenzy = new FakeLicenzy(new ManualTimeProvider(Now));

    private async Task<List<SubjectChange>> TakeAsync(int count, string? lastEventId = null) =>
        await _licenzy.FollowChangesAsync(lastEventId, TestContext.CurrentContext.CancellationToken).Take(count).ToListAsync();

    [Test]
    public async Task Each_change_of_rights_is_told_with_the_version_it_made()
    {
        await using var changes = _licenzy.FollowChangesAsync(cancellationToken: TestContext.CurrentContext.CancellationToken).GetAsyncEnumerator();
        await changes.MoveNextAsync();
        Assert.That(changes.Current, Is.EqualTo(new SubjectChange { IsReset = true }));

        var next = changes.MoveNextAsync().AsTask();
        Assert.That(next.IsCompleted, Is.False);
        _licenzy.Give("ann", FakeRight.TimePass("DAY", TimeSpan.FromDays(1)));
        await next;
        Assert.That((changes.Current.SubjectRef, changes.Current.Version, changes.Current.NextChangeAt), Is.EqualTo(("ann", 1L, (DateTimeOffset?)Now.AddDays(1))));

        _licenzy.Give("bob", FakeRight.UsagePack("CREDITS", 5)).Sell(FakeRight.Subscription("PRO"));
        await _licenzy.ConsumeUsageAsync(new ConsumeUsageRequest { SubjectRef = "bob", Units = 2 });
        _licenzy.Pay((await _licenzy.CreateCheckoutAsync(new CreateCheckoutRequest { SubjectRef = "bob", ProductCode = "PRO" })).AttemptId);
        _licenzy.Deny("ann").Deny("nobody");
        Assert.ThrowsAsync<LicenzyApiException>(() => _licenzy.ConsumeUsageAsync(new ConsumeUsageRequest { SubjectRef = "bob", Units = 99 }));

        var told = new List<(string?, long?)>();
        while (told.Count < 4 && await changes.MoveNextAsync())
            told.Add((changes.Current.SubjectRef, changes.Current.Version));
        Assert.That(told, Is.EqualTo(new (string?, long?)[] { ("bob", 1), ("bob", 2), ("bob", 3), ("ann", 2) }));
        Assert.That((await _licenzy.CheckAccessAsync("bob")).SubjectVersion, Is.EqualTo(3));
    }

    [Test]
    public async Task A_position_is_where_it_goes_on_and_an_unknown_one_is_a_reset()
    {
        _licenzy.Give("a", FakeRight.Subscription("PRO")).Give("b", FakeRight.Subscription("PRO")).Give("c", FakeRight.Subscription("PRO"));
        var all = await TakeAsync(3, "0");

        Assert.That(all.Select(change => change.SubjectRef), Is.EqualTo(new[] { "a", "b", "c" }));
        Assert.That(await TakeAsync(1, all[1].Position), Is.EqualTo(new[] { all[2] }));
        Assert.That(await TakeAsync(1, "elsewhere"), Is.EqualTo(new[] { new SubjectChange { IsReset = true, Position = all[2].Position } }));
        Assert.That(await TakeAsync(1, "4"), Has.All.Property(nameof(SubjectChange.IsReset)).True);
    }

    [Test]
    public async Task What_is_too_long_ago_is_a_reset()
    {
        for (var i = 0; i <= 10_000; i++)
            _licenzy.Give($"user_{i}", FakeRight.Subscription("PRO"));

        Assert.That((await TakeAsync(1, "0")).Single().IsReset, Is.True);
        Assert.That((await TakeAsync(1, "1")).Single().SubjectRef, Is.EqualTo("user_1"));
    }

    [Test]
    public async Task While_it_is_down_nothing_comes_and_afterwards_everything()
    {
        _licenzy.GoDown();
        var told = TakeAsync(2, "0");
        _licenzy.Give("ann", FakeRight.Subscription("PRO")).GoDown(TimeSpan.FromSeconds(5)).Give("bob", FakeRight.Subscription("PRO"));
        Assert.That(told.IsCompleted, Is.False);

        _licenzy.ComeBack();

        Assert.That((await told).Select(change => change.SubjectRef), Is.EqualTo(new[] { "ann", "bob" }));
    }

    [Test]
    public async Task Who_gives_up_hears_that()
    {
        using var caller = new CancellationTokenSource();
        var told = _licenzy.FollowChangesAsync("0", caller.Token).FirstAsync().AsTask();
        await caller.CancelAsync();

        Assert.That(async () => await told, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(_licenzy.Calls.Single(), Is.EqualTo(new FakeLicenzyCall(nameof(ILicenzyClient.FollowChangesAsync), null)));
        Assert.That(() => _licenzy.FollowChangesAsync("a b"), Throws.ArgumentException);
    }
}
