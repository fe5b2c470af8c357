using System.Collections;
using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Licenzy.Cli.Tests.QuickStarts;

/// <summary>A shell in an empty folder, as a newcomer has it before her: a home of its own, and <c>licenzy</c> on its path.</summary>
internal sealed class Terminal : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);
    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("licenzy-quick-");
    private readonly StringBuilder _script = new("mkdir try && cd try\n");
    private readonly List<Promise> _steps = [];
    private readonly Dictionary<string, string> _environment = [];
    private Process? _shell;

    /// <summary>Sets a variable that the README tells the reader to set.</summary>
    public string this[string variable]
    {
        set => _environment[variable] = value;
    }

    /// <summary>Adds a block: commands to run, or a file to be written at this point.</summary>
    public void Add(CodeBlock block)
    {
        if (block.Language != "sh")
        {
            var source = Path.Combine(_home.FullName, $"source{_steps.Count}");
            File.WriteAllText(source, block.Text);
            _script.AppendLine(CultureInfo.InvariantCulture, $"cp '{source}' '{block.File}'");
            return;
        }

        foreach (var step in Promise.In(block.Text))
        {
            _script.AppendLine(CultureInfo.InvariantCulture, $"{{\n{step.Commands}\n}} > '{Output(_steps.Count)}' 2>&1");
            _steps.Add(step);
        }
    }

    /// <summary>Runs it all, and says of every broken promise what came instead.</summary>
    public async Task<IReadOnlyList<string>> RunAsync()
    {
        var (end, bin) = (Path.Combine(_home.FullName, "end"), _home.CreateSubdirectory("bin").FullName);
        WriteProgram(Path.Combine(bin, "licenzy"), $"exec dotnet '{Path.Combine(TestContext.CurrentContext.TestDirectory, "licenzy.dll")}' \"$@\"");
        // Alive until its children are stopped, so that they are found.
        _script.AppendLine(CultureInfo.InvariantCulture, $"touch '{end}'\nread wait");
        var script = Path.Combine(_home.FullName, "script");
        await File.WriteAllTextAsync(script, _script.ToString());

        var start = new ProcessStartInfo("sh", [script]) { WorkingDirectory = _home.FullName, RedirectStandardInput = true, UseShellExecute = false };
        SetEnvironment(start, bin);
        _shell = Process.Start(start)!;
        using var patience = new CancellationTokenSource(Patience);
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (!File.Exists(end) && !_shell.HasExited && !patience.IsCancellationRequested)
            await pause.WaitForNextTickAsync(CancellationToken.None);

        var broken = _steps.Select((step, i) => (step, Said: Said(i))).Where(pair => pair.step.Broken(pair.Said) is not null)
            .Select(pair => $"{pair.step.Commands}\n--- promised: {pair.step.Broken(pair.Said)}\n--- printed:\n{pair.Said}").ToList();
        return File.Exists(end) ? broken : [.. broken, $"The commands did not come to their end within {Patience}."];
    }

    /// <summary>What a file in the folder holds, for the message of a failure.</summary>
    public string Look(string file) => Path.Combine(_home.FullName, "try", file) is var path && File.Exists(path) ? $"{file}:\n{File.ReadAllText(path)}" : "";

    public async ValueTask DisposeAsync()
    {
        if (_shell is { HasExited: false })
        {
            _shell.Kill(entireProcessTree: true);
            await _shell.WaitForExitAsync();
        }

        _shell?.Dispose();
        _home.Delete(recursive: true);
    }

    private string Output(int step) => Path.Combine(_home.FullName, $"step{step}");

    private string Said(int step) => File.Exists(Output(step)) ? File.ReadAllText(Output(step)) : "";

    private void SetEnvironment(ProcessStartInfo start, string bin)
    {
        var inherited = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Select(pair => (string)pair.Key);
        foreach (var name in inherited.Where(name => name.StartsWith("LICENZY_", StringComparison.OrdinalIgnoreCase)))
            start.Environment.Remove(name);
        // The packages that were restored for the build are in the real home.
        start.Environment["DOTNET_CLI_HOME"] = Environment.GetEnvironmentVariable("DOTNET_CLI_HOME") ?? Environment.GetEnvironmentVariable("HOME");
        start.Environment["HOME"] = _home.FullName;
        start.Environment["TMPDIR"] = _home.CreateSubdirectory("tmp").FullName;
        start.Environment["PATH"] = $"{bin}:{Environment.GetEnvironmentVariable("PATH")}";
        start.Environment["LICENZY_SOURCE"] = Readme.Root;
        // The projects are built already, and may be in use by other tests; and nothing may outlive this.
        start.Environment["BuildProjectReferences"] = "false";
        start.Environment["Configuration"] = new DirectoryInfo(TestContext.CurrentContext.TestDirectory).Parent!.Name;
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["UseSharedCompilation"] = "false";
        start.Environment["DOTNET_NOLOGO"] = "1";
        foreach (var (name, value) in _environment)
            start.Environment[name] = value;
    }

    private static void WriteProgram(string path, string command)
    {
        File.WriteAllText(path, $"#!/bin/sh\n{command}\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
