using System.Diagnostics;
using System.Text;

namespace Licenzy.Cli.Tests;

/// <summary>A program of ours as a process of its own, as a person would start it.</summary>
public sealed class Tool : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Tool(Process process) => _process = process;

    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    public int Id => _process.Id;

    /// <summary>The tool, built with the tests, beside them.</summary>
    public static Tool Licenzy(IReadOnlyDictionary<string, string>? environment, params string[] arguments) =>
        Start(Path.Combine(TestContext.CurrentContext.TestDirectory, "licenzy.dll"), environment, arguments);

    public static Tool Start(string assembly, IReadOnlyDictionary<string, string>? environment, params string[] arguments) =>
        Run(environment, ["dotnet", assembly, .. arguments]);

    /// <summary>Any program with its arguments: what must be said to the system before one of ours begins.</summary>
    public static Tool Run(IReadOnlyDictionary<string, string>? environment, IReadOnlyList<string> words)
    {
        var start = new ProcessStartInfo(words[0], words.Skip(1)) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        var tool = new Tool(new Process { StartInfo = start, EnableRaisingEvents = true });
        tool._process.OutputDataReceived += (_, line) => tool.Heard(line.Data);
        tool._process.ErrorDataReceived += (_, line) => tool.Heard(line.Data);
        tool._process.Exited += (_, _) => tool._ended.TrySetResult();
        tool._process.Start();
        tool._process.BeginOutputReadLine();
        tool._process.BeginErrorReadLine();
        return tool;
    }

    /// <summary>Runs a verb to its end.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(IReadOnlyDictionary<string, string>? environment, params string[] arguments)
    {
        await using var tool = Licenzy(environment, arguments);
        return (await tool.ExitAsync(), tool.Output);
    }

    public async Task<int> ExitAsync()
    {
        await _ended.Task.WaitAsync(Patience);
        // Until the pipes are read to their end.
        await _process.WaitForExitAsync();
        return _process.ExitCode;
    }

    /// <summary>Asks the process to end, as a service manager does.</summary>
    public async Task TerminateAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    /// <summary>Ends the process unasked and at once (SIGKILL), as a power cut or the kernel does.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _ended.Task.WaitAsync(Patience);
    }

    /// <summary>Waits for something that the process does.</summary>
    public async Task UntilAsync(Func<bool> done)
    {
        using var patience = new CancellationTokenSource(Patience);
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!done())
        {
            Assert.That(_ended.Task.IsCompleted, Is.False, Output);
            await pause.WaitForNextTickAsync(patience.Token);
        }
    }

    /// <summary>Asks an address until it answers, or the process has ended.</summary>
    public async Task AnswersAsync(Uri address)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        using var patience = new CancellationTokenSource(Patience);
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!_ended.Task.IsCompleted)
        {
            try
            {
                using var answer = await http.GetAsync(address, patience.Token);
                return;
            }
            catch (Exception failed) when (failed is HttpRequestException || (failed is TaskCanceledException && !patience.IsCancellationRequested))
            {
                // Not there yet, or slow to begin.
                await pause.WaitForNextTickAsync(patience.Token);
            }
        }

        Assert.Fail($"The process ended before it answered:\n{Output}");
    }

    public async ValueTask DisposeAsync()
    {
        if (!_ended.Task.IsCompleted)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private void Heard(string? line)
    {
        lock (_output)
        {
            _output.AppendLine(line);
        }
    }
}
