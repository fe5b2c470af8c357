using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Licenzy.Server.Starting;

/// <summary>
/// What happens by itself begins a moment after the server listens, and is not even made before. Nobody waits for it, while the first callers would wait
/// for processors that are busy with its first rounds.
/// </summary>
internal sealed class Workers(IServiceProvider services, TimeSpan quiet, IReadOnlyList<Type> workers) : BackgroundService
{
    private readonly Stack<BackgroundService> _begun = new();

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        if (quiet == TimeSpan.Zero)
        {
            await BeginAsync(cancellationToken).ConfigureAwait(false);
        }

        await base.StartAsync(cancellationToken).ConfigureAwait(false);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
        while (_begun.TryPop(out var worker))
        {
            await worker.StopAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            if (quiet > TimeSpan.Zero)
            {
                await ListeningAsync(stoppingToken).ConfigureAwait(false);
                await Task.Delay(quiet, TimeProvider.System, stoppingToken).ConfigureAwait(false);
                await BeginAsync(CancellationToken.None).ConfigureAwait(false);
            }

            // One that fails ends the server, as it would if the host had started it.
            for (var running = _begun.Select(worker => worker.ExecuteTask!).ToList(); running.Count > 0;)
            {
                var ended = await Task.WhenAny(running).WaitAsync(stoppingToken).ConfigureAwait(false);
                running.Remove(ended);
                await ended.ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops; or the start failed elsewhere.
        }
    }

    private async Task BeginAsync(CancellationToken cancellationToken)
    {
        foreach (var type in workers)
        {
            var worker = (BackgroundService)services.GetRequiredService(type);
            _begun.Push(worker);
            await worker.StartAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task ListeningAsync(CancellationToken cancellationToken)
    {
        var listening = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var word = services.GetRequiredService<IHostApplicationLifetime>().ApplicationStarted.Register(listening.SetResult);
        await using var hearing = word.ConfigureAwait(false);
        await listening.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }
}
