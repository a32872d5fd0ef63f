using System.Globalization;
using System.IO.Compression;
using System.Net.Sockets;
using System.Text;

namespace ContactRouting.EndToEnd;

/// <summary>An answer as it came over the wire.</summary>
/// <param name="Status">0 where the connection ended without one.</param>
internal sealed record RawAnswer(int Status, ILookup<string, string> Headers, byte[] Body)
{
    private static readonly byte[] End = "\r\n\r\n"u8.ToArray();

    private static readonly byte[] EndOfLine = "\r\n"u8.ToArray();

    public string Text => Encoding.UTF8.GetString(Body);

    public string Type => Headers["Content-Type"].FirstOrDefault("");

    /// <summary>Of all that came; what the server says before its answer is passed over.</summary>
    public static RawAnswer Parse(ReadOnlySpan<byte> bytes)
    {
        while (true)
        {
            var end = bytes.IndexOf(End);
            if (end < 0) return new RawAnswer(0, Array.Empty<string>().ToLookup(_ => ""), bytes.ToArray());
            var lines = Encoding.Latin1.GetString(bytes[..end]).Split("\r\n");
            bytes = bytes[(end + End.Length)..];
            var status = int.Parse(lines[0].Split(' ')[1], CultureInfo.InvariantCulture);
            if (status < 200) continue;
            var headers = lines.Skip(1).Select(line => line.Split(": ", 2))
                .ToLookup(line => line[0], line => line.ElementAtOrDefault(1) ?? "", StringComparer.OrdinalIgnoreCase);
            var body = headers["Transfer-Encoding"].Contains("chunked") ? ReadChunks(bytes) : bytes.ToArray();
            return new RawAnswer(status, headers, headers["Content-Encoding"].Contains("gzip") ? Unpack(body) : body);
        }
    }

    private static byte[] Unpack(byte[] packed)
    {
        using var body = new MemoryStream();
        using (var gzip = new GZipStream(new MemoryStream(packed), CompressionMode.Decompress)) gzip.CopyTo(body);
        return body.ToArray();
    }

    /// <summary>A body that came in chunks, as far as it came.</summary>
    private static byte[] ReadChunks(ReadOnlySpan<byte> bytes)
    {
        using var body = new MemoryStream();
        while (bytes.IndexOf(EndOfLine) is var end and >= 0)
        {
            var length = int.Parse(bytes[..end], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            bytes = bytes[(end + EndOfLine.Length)..];
            if (length == 0 || length > bytes.Length) break;
            body.Write(bytes[..length]);
            bytes = bytes[Math.Min(length + EndOfLine.Length, bytes.Length)..];
        }
        return body.ToArray();
    }
}

/// <summary>Sends bytes as they are, each request over a connection of its own.</summary>
internal static class RawHttp
{
    /// <param name="endsEarly">Whether to say that nothing more comes.</param>
    /// <exception cref="OperationCanceledException">The answer did not end in time.</exception>
    public static async Task<RawAnswer> SendAsync(Uri server, byte[] request, bool endsEarly, CancellationToken deadline)
    {
        using var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(server.Host, server.Port, deadline);
        var stream = client.GetStream();
        using var answer = new MemoryStream();
        try
        {
            await stream.WriteAsync(request, deadline);
            if (endsEarly) client.Client.Shutdown(SocketShutdown.Send);
        }
        catch (IOException)
        {
            // The server has answered and closed before it was told everything.
        }
        try
        {
            await stream.CopyToAsync(answer, deadline);
        }
        catch (IOException)
        {
            // What came until then counts.
        }
        client.Client.LingerState = new LingerOption(true, 0);
        return RawAnswer.Parse(answer.ToArray());
    }
}
