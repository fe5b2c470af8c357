namespace Licenzy.Server.Storage;

/// <summary>Something to be done, and who waits for it.</summary>
internal sealed record Waiter<TItem, TResult>(TItem Item, Turn<TResult> Turn);

/// <summary>Does what waits in one go.</summary>
internal static class Waiters
{
    /// <summary>
    /// One that breaks the others' transaction is found by running each alone. Where the outcome is not known, nobody runs again: a key settles it. Everybody hears
    /// something, and nothing is thrown.
    /// </summary>
    /// <param name="together">What has begun.</param>
    /// <param name="run">Does them in the order given and answers in it; all of them take effect or none does.</param>
    public static async Task RunAsync<TItem, TResult>(IReadOnlyList<Waiter<TItem, TResult>> together, Func<IReadOnlyList<TItem>, Task<IReadOnlyList<TResult>>> run)
    {
        try
        {
            var results = await run([.. together.Select(one => one.Item)]).ConfigureAwait(false);
            foreach (var (one, result) in together.Zip(results))
                one.Turn.Succeed(result);
        }
        catch (Exception failure) when (failure is StorageUnavailableException || together.Count == 1)
        {
            foreach (var one in together)
                one.Turn.Fail(failure);
        }
        catch (Exception)
        {
            foreach (var one in together)
                await RunAsync([one], run).ConfigureAwait(false);
        }
    }
}
