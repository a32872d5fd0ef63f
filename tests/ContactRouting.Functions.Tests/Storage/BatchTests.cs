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
        Assert.Throws<BatchFullException>(() => batch.Delete("one more", ETag.All));
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
        Assert.Throws<BatchFullException>(() => batch.Upsert("one more", new Level { Html = new string('<', 30_000) }));
    }

    [Fact]
    public void Batch_takes_rows_that_belong_together_or_none_of_them()
    {
        for (var number = 0; number < Batch.MaxActions - 3; number++) batch.Delete($"{number}", ETag.All);
        Assert.False(batch.TryAdd(rows => Rows(rows, 4)));
        Assert.False(batch.TryAdd(rows => Rows(rows, 2), room: 2));
        Assert.Equal(Batch.MaxActions - 3, batch.Count);
        Assert.True(batch.TryAdd(rows => Rows(rows, 1), room: 2));
        Assert.True(batch.TryAdd(rows => rows.Insert("b", new Widget())));
        Assert.True(batch.TryAdd(rows => rows.Insert("c", new Widget())));

        static void Rows(Batch rows, int count)
        {
            for (var number = 0; number < count; number++) rows.Insert($"a{number}", new Widget());
        }
    }

    [Fact]
    public void Batch_is_as_full_as_before_where_something_did_not_fit()
    {
        var large = new Level { Html = new string('<', 30_000) };
        for (var number = 0; number < 22; number++) batch.Upsert($"{number}", large);
        Assert.False(batch.TryAdd(rows =>
        {
            rows.Upsert("a", large);
            rows.Upsert("b", large);
        }));
        Assert.False(batch.TryAdd(rows => rows.Upsert("a", large), room: 2));
        Assert.True(batch.TryAdd(rows => rows.Upsert("a", large)));
        Assert.False(batch.TryAdd(rows => rows.Upsert("b", large)));
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
