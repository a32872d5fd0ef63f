using System.Text;
using System.Text.Json;
using ContactRouting.Http;
using Microsoft.AspNetCore.Http;

namespace ContactRouting.Tests.Http;

/// <summary>How answers are written, large ones above all.</summary>
public sealed class ReplyTests
{
    private const int ItemLength = 10_000;

    // What is made and not yet sent: less than this, however large the answer.
    private const int Piece = 128 * 1024;

    [Fact]
    public async Task Large_answer_is_made_while_it_is_sent()
    {
        var body = new WrittenStream();
        var (made, ahead) = (0, 0L);
        body.BeforeWrite = () => ahead = Math.Max(ahead, made * (long)ItemLength - body.Length);
        await SendAsync(Reply.LargeJson(Items()), body);
        Assert.Equal(Enumerable.Repeat(Item(), 500), JsonSerializer.Deserialize<string[]>(body.ToArray()));
        Assert.InRange(ahead, 1, Piece);

        IEnumerable<string> Items()
        {
            for (made = 1; made <= 500; made++) yield return Item();
        }
    }

    [Fact]
    public async Task Bytes_are_given_to_the_server_in_pieces()
    {
        var (body, bytes) = (new WrittenStream(), Encoding.UTF8.GetBytes(new string('x', 1_000_001)));
        var context = await SendAsync(Reply.Bytes(bytes, "text/plain"), body);
        Assert.Equal(bytes, body.ToArray());
        Assert.Equal(bytes.Length, context.Response.ContentLength);
        Assert.InRange(body.Largest, 1, Piece);
    }

    [Fact]
    public async Task Head_makes_nothing_of_a_large_answer_and_has_its_headers()
    {
        var body = new WrittenStream();
        var made = false;
        var context = await SendAsync(Reply.LargeJson(Items()).With("ETag", "\"1\""), body, HttpMethods.Head);
        Assert.Equal((false, 0), (made, body.Length));
        var headers = context.Response.Headers;
        Assert.Equal("\"1\" no-store nosniff", $"{headers.ETag} {headers.CacheControl} {headers.XContentTypeOptions}");
        Assert.Equal((Reply.JsonType, null), (context.Response.ContentType, context.Response.ContentLength));

        IEnumerable<int> Items()
        {
            made = true;
            yield return 1;
        }
    }

    [Fact]
    public async Task Large_answer_is_remembered_as_it_is_sent()
    {
        var (reply, body) = (Reply.LargeJson(new { items = Enumerable.Range(0, 10_000) }).With("ETag", "\"1\""), new WrittenStream());
        await SendAsync(reply, body);
        var (status, contentType, bytes, headers) = await reply.PartsAsync();
        Assert.Equal((200, Reply.JsonType, "\"1\""), (status, contentType, headers["ETag"]));
        Assert.Equal(body.ToArray(), bytes);
    }

    private static string Item() => new('x', ItemLength);

    private static async Task<HttpContext> SendAsync(Reply reply, Stream body, string method = "GET")
    {
        var context = new DefaultHttpContext { Request = { Method = method }, Response = { Body = body } };
        await reply.ExecuteAsync(context);
        return context;
    }

    private sealed class WrittenStream : MemoryStream
    {
        public Action BeforeWrite { get; set; } = () => { };

        public int Largest { get; private set; }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            BeforeWrite();
            Largest = Math.Max(Largest, buffer.Length);
            return base.WriteAsync(buffer, cancellationToken);
        }
    }
}
