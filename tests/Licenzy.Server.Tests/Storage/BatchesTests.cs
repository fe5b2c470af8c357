using Licenzy.Server.Storage;

namespace Licenzy.Server.Tests.Storage;

/// <summary>What waits at the same time is done together, and nobody pays for another's fault.</summary>
public sealed class BatchesTests
{
    [Test]
    public async Task What_waits_while_one_is_under_way_is_done_in_one_go_and_in_its_order()
    {
        var (began, mayEnd, runs) = (new TaskCompletionSource(), new TaskCompletionSource(), new List<int[]>());
        await using var batches = new Batches<int, string>(async together =>
        {
            runs.Add([.. together]);
            if (runs.Count == 1)
            {
                began.SetResult();
                await mayEnd.Task;
            }

            return [.. together.Select(item => $"did {item}")];
        });
        var first = batches.RunAsync(0, CancellationToken.None);
        await began.Task;
        var others = Enumerable.Range(1, 50).Select(item => batches.RunAsync(item, CancellationToken.None)).ToList();
        mayEnd.SetResult();

        Assert.That(await first, Is.EqualTo("did 0"));
        Assert.That(await Task.WhenAll(others), Is.EqualTo(Enumerable.Range(1, 50).Select(item => $"did {item}")));
        Assert.That(runs.Select(run => run.Length), Is.EqualTo(new[] { 1, 50 }));
    }

    [Test]
    public async Task One_that_breaks_the_others_transaction_fails_alone()
    {
        var (began, mayEnd, isFirst) = (new TaskCompletionSource(), new TaskCompletionSource(), true);
        await using var batches = new Batches<int, int>(async together =>
        {
            if (isFirst)
            {
                isFirst = false;
                began.SetResult();
                await mayEnd.Task;
            }

            return together.Contains(3) ? throw new InvalidDataException("three") : [.. together];
        });
        var first = batches.RunAsync(0, CancellationToken.None);
        await began.Task;
        var others = Enumerable.Range(1, 5).Select(item => batches.RunAsync(item, CancellationToken.None)).ToList();
        mayEnd.SetResult();
        await first;

        Assert.That(async () => await others[2], Throws.TypeOf<InvalidDataException>());
        Assert.That(await Task.WhenAll(others.Where((_, index) => index != 2)), Is.EqualTo(new[] { 1, 2, 4, 5 }));
    }

    [Test]
    public async Task An_outcome_that_is_not_known_is_told_to_all_and_nothing_runs_again()
    {
        var (began, mayEnd, runs) = (new TaskCompletionSource(), new TaskCompletionSource(), 0);
        await using var batches = new Batches<int, int>(async together =>
        {
            if (++runs == 1)
            {
                began.SetResult();
                await mayEnd.Task;
                return [.. together];
            }

            throw new StorageUnavailableException("gone");
        });
        var first = batches.RunAsync(0, CancellationToken.None);
        await began.Task;
        var others = Enumerable.Range(1, 5).Select(item => batches.RunAsync(item, CancellationToken.None)).ToList();
        mayEnd.SetResult();
        await first;

        foreach (var other in others)
            Assert.That(async () => await other, Throws.TypeOf<StorageUnavailableException>());
        Assert.That(runs, Is.EqualTo(2));
    }

    [Test]
    public async Task Whoever_gives_up_before_the_turn_comes_is_not_done_and_a_full_line_takes_nobody()
    {
        const int room = 4096;
        var (began, mayEnd, done) = (new TaskCompletionSource(), new TaskCompletionSource(), new List<int>());
        await using var batches = new Batches<int, int>(async together =>
        {
            began.TrySetResult();
            await mayEnd.Task;
            done.AddRange(together);
            return [.. together];
        });
        var first = batches.RunAsync(0, CancellationToken.None);
        await began.Task;
        using var patience = new CancellationTokenSource();
        var givesUp = batches.RunAsync(1, patience.Token);
        await patience.CancelAsync();
        Assert.That(async () => await givesUp, Throws.InstanceOf<OperationCanceledException>());
        var others = Enumerable.Range(2, room - 1).Select(item => batches.RunAsync(item, CancellationToken.None)).ToList();
        Assert.That(async () => await batches.RunAsync(-1, CancellationToken.None), Throws.TypeOf<StorageUnavailableException>());

        mayEnd.SetResult();
        await first;
        await Task.WhenAll(others);
        Assert.That(done, Is.EqualTo(new[] { 0 }.Concat(Enumerable.Range(2, room - 1))));
    }
}
