using Azure;
using ContactRouting.Directory;
using ContactRouting.Storage;

namespace ContactRouting.Tests.Storage;

public sealed class BatchTests
{
    private readonly Batch batch = new("1");

    [Fact]
    public void Batch_refuses_the_hundred_and_first_action()
    {
        for (var number = 0; number < Batch.MaxActions; number++) batch.Delete($"{number}", ETag.All);
        Assert.Throws<InvalidOperationException>(() => batch.Delete("one more", ETag.All));
        Assert.Equal(Batch.MaxActions, batch.Count);
    }

    [Fact]
    public void Batch_refuses_a_row_twice()
    {
        batch.Insert("a", new Widget());
        Assert.Throws<InvalidOperationException>(() => batch.Delete("a", ETag.All));
    }

    [Fact]
    public void Batch_refuses_more_than_4_MiB_counted_as_they_are_sent()
    {
        // Each character of this html is sent as six bytes.
        for (var number = 0; number < 23; number++) batch.Upsert($"{number}", new Level { Html = new string('<', 30_000) });
        Assert.Throws<InvalidOperationException>(() => batch.Upsert("one more", new Level { Html = new string('<', 30_000) }));
    }

    [Theory]
    [InlineData("/\\#?%|~ü\u0001 ")]
    [InlineData("plain-Text_1.@*+=")]
    public void Key_text_has_no_character_that_keys_must_not_have(string text)
    {
        Assert.DoesNotContain(TableKey.Text(text), c => "/\\#?%| ".Contains(c, StringComparison.Ordinal) || char.IsControl(c) || c > 126);
        Assert.NotEqual(TableKey.Text(text), TableKey.Text(text + "~"));
    }

    [Fact]
    public void Key_numbers_and_times_sort_like_their_values()
    {
        Assert.True(string.CompareOrdinal(TableKey.Number(9), TableKey.Number(10)) < 0);
        Assert.True(string.CompareOrdinal(TableKey.Number(10), TableKey.Number(int.MaxValue)) < 0);
        Assert.True(
            string.CompareOrdinal(TableKey.Time(DateTimeOffset.UnixEpoch), TableKey.Time(DateTimeOffset.UnixEpoch.AddTicks(1))) < 0
        );
    }

    [Fact]
    public void Row_is_read_as_it_was_written()
    {
        var agent = Directories.Agent(5, [1, 2], ["GR_A"]) with { Type = AgentType.Remote, Address = "+1 555" };
        var entity = RowCodec.Write("1", agent.RowKey, agent);
        Assert.Equivalent(agent, RowCodec.Read<Agent>(entity).Value, strict: true);
        Assert.Equal("Remote", entity["Type"]);
        Assert.False(RowCodec.Write("1", "q", new Queue { Id = 1 }).ContainsKey(nameof(Queue.Transcripts)));
    }
}
