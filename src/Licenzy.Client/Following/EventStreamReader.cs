using System.Text;

namespace Licenzy.Following;

/// <summary>
/// Server-sent events out of bytes, as WHATWG's HTML has them, except that an event without data is told too: its id counts. The framework's
/// own parser is missing on older targets, and has no bound.
/// </summary>
/// <param name="fill">Puts bytes into the array and says how many; 0 at the end.</param>
internal sealed class EventStreamReader(Func<byte[], ValueTask<int>> fill)
{
    /// <summary>The most bytes of a line, and of all lines of an event; ours have some hundred.</summary>
    private const int Longest = 64 * 1024;

    private readonly byte[] _bytes = new byte[4 * 1024];
    private byte[] _line = new byte[512];
    private int _length;
    private int _at;
    private int _end;
    private bool _isAfterReturn;
    private bool _isStarted;

    /// <summary>Whether a whole line came yet, be it a comment.</summary>
    public bool HasSpoken { get; private set; }

    /// <summary>The next event, or <see langword="null"/> at the end. What is cut inside an event is no event.</summary>
    /// <exception cref="InvalidDataException">A line or an event is longer than any of ours.</exception>
    public async ValueTask<EventStreamMessage?> ReadAsync()
    {
        var (name, id, data, size, any) = ((string?)null, (string?)null, new StringBuilder(), 0, false);
        while (await ReadLineAsync().ConfigureAwait(false) is { } line)
        {
            if (line.Length == 0 && any)
                return new EventStreamMessage(name, id, data.ToString());
            // Comments keep the connection alive and say nothing.
            if (line.Length == 0 || line[0] == ':')
                continue;

            if ((size += line.Length) > Longest)
                throw TooLong();
            var colon = line.IndexOf(':');
            var field = colon < 0 ? line : line.Substring(0, colon);
            var value = colon < 0 ? "" : line.Substring(colon + 1 < line.Length && line[colon + 1] == ' ' ? colon + 2 : colon + 1);
            switch (field)
            {
                case "event":
                    (name, any) = (value, true);
                    break;
                case "id":
                    (id, any) = (value, true);
                    break;
                case "data":
                    data.Append(data.Length > 0 ? "\n" : "").Append(value);
                    any = true;
                    break;
            }
        }

        return null;
    }

    private async ValueTask<string?> ReadLineAsync()
    {
        _length = 0;
        while (true)
        {
            if (_at == _end)
            {
                (_at, _end) = (0, await fill(_bytes).ConfigureAwait(false));
                if (_end == 0)
                    return null;
            }

            // The second half of a line end, which may come with the next bytes.
            if (_isAfterReturn && _bytes[_at] == '\n')
                _at++;
            _isAfterReturn = false;
            if (TakeLine() is { } line)
                return line;
        }
    }

    private string? TakeLine()
    {
        var rest = _bytes.AsSpan(_at, _end - _at);
        var length = rest.IndexOfAny((byte)'\r', (byte)'\n');
        var taken = length < 0 ? rest.Length : length;
        if (_length + taken > Longest)
            throw TooLong();
        if (_length + taken > _line.Length)
            Array.Resize(ref _line, Math.Max(_length + taken, 2 * _line.Length));
        rest.Slice(0, taken).CopyTo(_line.AsSpan(_length));
        (_length, _at) = (_length + taken, _at + taken);
        if (length < 0)
            return null;

        _isAfterReturn = _bytes[_at++] == '\r';
        HasSpoken = true;
        var line = Encoding.UTF8.GetString(_line, 0, _length);
        (line, _isStarted) = (_isStarted ? line : line.TrimStart('\uFEFF'), true);
        return line;
    }

    private static InvalidDataException TooLong() => new($"A line or an event is longer than {Longest} bytes.");
}
