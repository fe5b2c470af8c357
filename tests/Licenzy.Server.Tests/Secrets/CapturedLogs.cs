using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Licenzy.Server.Tests.Secrets;

/// <summary>Every log line of every category, at every level, with its values, scopes and exceptions.</summary>
internal sealed class CapturedLogs : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<string> _lines = new();

    public IReadOnlyCollection<string> Lines => _lines;

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull
    {
        Add(state, state.ToString());
        return null;
    }

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Add(state, $"{logLevel} {formatter(state, exception)} {exception}");

    public void Dispose()
    {
    }

    private void Add<TState>(TState state, string? text) => _lines.Enqueue(
        state is IEnumerable<KeyValuePair<string, object?>> values ? $"{text} {string.Join(' ', values.Select(value => $"{value.Key}={value.Value}"))}" : text ?? "");
}
