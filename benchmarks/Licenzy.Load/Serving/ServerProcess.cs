using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;

namespace Licenzy.Load.Serving;

/// <summary>A server in a process of its own, so that its processor time and memory are told from the loader's. It ends with its input, whoever closes it.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(20);

    private readonly Process _process;

    private ServerProcess(Process process, int port) => (_process, Address) = (process, new IPEndPoint(IPAddress.Loopback, port));

    public IPEndPoint Address { get; }

    public Uri Url => new($"http://{Address}");

    public TimeSpan Cpu
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    public double MemoryMiB
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64 / (1024.0 * 1024);
        }
    }

    /// <summary>Starts this program again as a server; it listens when this returns.</summary>
    public static async Task<ServerProcess> StartAsync(string kind, ServerSettings settings)
    {
        var program = Environment.ProcessPath!;
        // As `dotnet Licenzy.Load.dll` the program is dotnet.
        string[] itself = Path.GetFileNameWithoutExtension(program) == "dotnet" ? [typeof(ServerProcess).Assembly.Location, kind] : [kind];
        var start = new ProcessStartInfo(program, itself) { RedirectStandardInput = true, RedirectStandardOutput = true };
        var process = Process.Start(start) ?? throw new InvalidOperationException($"{kind} did not start.");
        await process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(settings));
        return await process.StandardOutput.ReadLineAsync() is { } port
            ? new ServerProcess(process, int.Parse(port, CultureInfo.InvariantCulture))
            : throw new InvalidOperationException($"{kind} ended at its start; what it had to say stands above.");
    }

    public async ValueTask DisposeAsync()
    {
        using (_process)
        {
            _process.StandardInput.Close();
            using var bound = new CancellationTokenSource(StopPatience);
            try
            {
                await _process.WaitForExitAsync(bound.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill();
            }
        }
    }
}
