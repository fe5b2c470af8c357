using Licenzy.Load;
using Licenzy.Load.Parts;
using Licenzy.Load.Serving;

// dotnet run -c Release --project benchmarks/Licenzy.Load -- all [seconds]
var (what, count, database) = (args.ElementAtOrDefault(0), args.ElementAtOrDefault(1), args.ElementAtOrDefault(2));
switch (what)
{
    case "all" or "access" or "consume" or "overload" or "start" or "replicas":
        return await Comparison.RunAsync(what, args[1..]);
    case "changes":
        await ChangeLatency.RunAsync(Count(2000), database);
        return 0;
    case "deliveries":
        await DeliveryRate.RunAsync(Count(3000), database);
        return 0;
    // What the first ones start, each as a process of its own.
    case "serve-echo":
        return await Serve.RunAsync(_ => EchoServer.StartAsync());
    case "serve-naive-sqlite":
        return await Serve.RunAsync(NaiveSqlite.StartAsync);
    case "serve-naive-postgres":
        return await Serve.RunAsync(NaivePostgres.StartAsync);
    case "serve-licenzy":
        return await Serve.RunAsync(RealServer.StartAsync);
    default:
        await Console.Error.WriteLineAsync(Comparison.Usage);
        await Console.Error.WriteLineAsync("changes [count] [database]     how soon a change reaches who follows /v1/changes");
        await Console.Error.WriteLineAsync("deliveries [count] [database]  outbound webhooks a second, beside a bare HttpClient loop");
        return 2;
}

int Count(int otherwise) => int.TryParse(count, System.Globalization.CultureInfo.InvariantCulture, out var wanted) ? wanted : otherwise;
