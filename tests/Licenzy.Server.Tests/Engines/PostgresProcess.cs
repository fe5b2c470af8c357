using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Npgsql;

namespace Licenzy.Server.Tests.Engines;

/// <summary>One private cluster in a temporary directory: loopback only, a random password, and durable as in production.</summary>
internal sealed class PostgresProcess : IAsyncDisposable
{
    private const string Owner = "licenzy";
    private const int Tries = 3;
    private static readonly TimeSpan InitPatience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(20);

    // The shell lives as long as our end of its standard input: it stops the server and removes the directory when
    // the tests close it, and also when they crash, are killed or exit early. No process id is ever looked up.
    // Until then it does as it is told: the signals are PostgreSQL's fast shutdown and its immediate one, which is a crash.
    private const string Guard =
        """
        directory=$1; shift; "$@" & server=$!
        end() { [ -z "$server" ] || { kill -$1 $server; wait $server; }; server=; }
        while read -r word; do
          case $word in
            stop) end INT ;;
            crash) end QUIT ;;
            start) "$@" & server=$! ;;
          esac
        done
        end INT; rm -rf -- "$directory"
        """;

    private readonly Process guard;

    private PostgresProcess(Process guard, string directory, string connectionString)
    {
        this.guard = guard;
        Folder = directory;
        ConnectionString = connectionString;
    }

    public string ConnectionString { get; }

    public string Folder { get; }

    public static async Task<PostgresProcess> StartAsync(PostgresBinaries binaries)
    {
        var user = UnprivilegedUser.ForThisProcess();
        for (var left = Tries; ; left--)
        {
            try
            {
                return await StartOnceAsync(binaries, user);
            }
            catch (PortTakenException) when (left > 1)
            {
                // Between our letting the port go and the server's taking it somebody else was faster.
            }
        }
    }

    /// <summary>Ends the server and its connections; its data stay.</summary>
    public Task StopAsync() => TellAsync("stop");

    /// <summary>The same as if the machine had lost its power.</summary>
    public Task CrashAsync() => TellAsync("crash");

    /// <summary>Starts it again on its data and its port, and does not wait until it answers.</summary>
    public Task StartAgainAsync() => TellAsync("start");

    public async ValueTask DisposeAsync()
    {
        await CloseAsync(guard);
        // The guard has removed it, unless it had to be killed.
        if (Directory.Exists(Folder))
            Directory.Delete(Folder, recursive: true);
    }

    private async Task TellAsync(string word)
    {
        await guard.StandardInput.WriteLineAsync(word);
        await guard.StandardInput.FlushAsync();
    }

    private static async Task<PostgresProcess> StartOnceAsync(PostgresBinaries binaries, UnprivilegedUser user)
    {
        var directory = Directory.CreateTempSubdirectory("licenzy-pg-").FullName;
        try
        {
            return await StartInAsync(directory, binaries, user);
        }
        catch
        {
            if (Directory.Exists(directory))
                Directory.Delete(directory, recursive: true);
            throw;
        }
    }

    private static async Task<PostgresProcess> StartInAsync(string directory, PostgresBinaries binaries, UnprivilegedUser user)
    {
        var data = Path.Combine(directory, "data");
        var passwordFile = Path.Combine(directory, "password");
        var password = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
        await File.WriteAllTextAsync(passwordFile, password);
        await user.OwnAsync(directory);
        await Command.RunAsync(
            [
                .. user.Prefix, binaries.Initdb, "--pgdata", data, "--locale=C", "--encoding=UTF8",
                "--username", Owner, "--auth=scram-sha-256", "--pwfile", passwordFile,
            ],
            InitPatience);

        var port = FreePort();
        var guard = await LaunchAsync(
            [
                .. user.Prefix, "/bin/sh", "-c", Guard, "guard", directory,
                binaries.Postgres, "-D", data, "-p", $"{port}",
                "-c", "listen_addresses=127.0.0.1", "-c", $"unix_socket_directories={directory}",
                // Durability is a promise of the product, so its tests pay for it too.
                "-c", "fsync=on", "-c", "synchronous_commit=on",
                "-c", "max_connections=200", "-c", "lc_messages=C",
            ]);
        var connection = new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1", Port = port, Database = "postgres", Username = Owner, Password = password,
        };
        return new PostgresProcess(guard, directory, connection.ConnectionString);
    }

    private static async Task<Process> LaunchAsync(IReadOnlyList<string> words)
    {
        var process = Process.Start(Command.Of(words)) ?? throw new InvalidOperationException($"{words[0]} did not start.");
        var log = new ServerLog();
        process.ErrorDataReceived += (_, line) => log.Add(line.Data);
        process.OutputDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        try
        {
            await log.Ready.WaitAsync(StartPatience);
            return process;
        }
        catch (TimeoutException)
        {
            await CloseAsync(process);
            throw new TimeoutException($"PostgreSQL was not ready after {StartPatience.TotalSeconds} s:\n{log}");
        }
        catch
        {
            await CloseAsync(process);
            throw;
        }
    }

    private static async Task CloseAsync(Process process)
    {
        using (process)
        {
            using var bound = new CancellationTokenSource(StopPatience);
            process.StandardInput.Close();
            try
            {
                await process.WaitForExitAsync(bound.Token);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
