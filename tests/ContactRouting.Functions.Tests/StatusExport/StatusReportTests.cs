using System.Text;
using System.Text.Json;
using System.Xml.Linq;
using ContactRouting.Contacts;
using ContactRouting.Directory;
using ContactRouting.Presence;
using ContactRouting.Routing;
using ContactRouting.Status;
using ContactRouting.StatusExport;
using static ContactRouting.Tests.Directories;

namespace ContactRouting.Tests.StatusExport;

public sealed class StatusReportTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    private static readonly AccountStatus Status = AccountStatus.Of(
        Of(
            Queue(1),
            Queue(2),
            Queue(3, enabled: false),
            Queue(4),
            Queue(5, enabled: false),
            new Group { Id = "GR_A" },
            new QueueGroup
            {
                Id = "r",
                QueueId = 2,
                GroupId = "GR_A",
            },
            Agent(7, [1, 3], ["GR_A"]),
            Agent(8, [4])
        ),
        [
            new AgentState
            {
                AgentId = 7,
                Units = [ServingUnit.OwnAgents(1), ServingUnit.OwnAgents(3), ServingUnit.Group("GR_A")],
                Status = PresenceStatus.Busy,
                OnlineSince = Noon.AddSeconds(-56.9),
            },
            new AgentState { AgentId = 8 },
            new AgentState { AgentId = 99, Status = PresenceStatus.Available },
        ],
        [
            (Line.OfQueue(1), Noon.AddSeconds(-9.5)),
            (Line.OfQueue(1), Noon.AddSeconds(-3)),
            (Line.OfAgent(7), Noon.AddSeconds(-70)),
            (Line.OfQueue(5), Noon.AddSeconds(-20)),
        ],
        [
            new HandlingEntry { AgentId = 7, State = ContactState.Active },
            new HandlingEntry { AgentId = 7, State = ContactState.Active },
            new HandlingEntry { AgentId = 7, State = ContactState.WrapUp },
        ],
        DayFigures.None("UTC", Noon),
        Noon,
        TimeSpan.FromSeconds(30)
    );

    private static readonly StatusReport Report = StatusReport.Of(Status);

    [Fact]
    public void Report_has_departments_that_are_online_or_have_guests_and_the_operators_that_are_logged_in()
    {
        Assert.Equal([1, 2, 5, 0], Report.Departments.Select(department => department.Id));
        var op = Assert.Single(Report.Agents);
        Assert.Equal(("Agent 7", false, 56), (op.Name, op.Available, op.OnlineFor));
        Assert.Equal([1, 2, 3], op.Departments.Select(department => department.Id));
    }

    [Fact]
    public void Xml_is_exactly_the_documented_one() => Assert.Equal(
        "<status><global><customers><inqueue>4</inqueue><maxWaiting>70</maxWaiting></customers></global>"
        + "<departments><department id=\"1\" name=\"Queue 1\"><inqueue>2</inqueue><maxWaiting>9</maxWaiting></department>"
        + "<department id=\"2\" name=\"Queue 2\"><inqueue>0</inqueue><maxWaiting>0</maxWaiting></department>"
        + "<department id=\"5\" name=\"Queue 5\"><inqueue>1</inqueue><maxWaiting>20</maxWaiting></department>"
        + "<department id=\"0\" name=\"Other\"><inqueue>1</inqueue><maxWaiting>70</maxWaiting></department></departments>"
        + "<operators><operator name=\"Agent 7\" email=\"7@example.com\"><status>busy</status><chats>2</chats><onlineFor>56</onlineFor>"
        + "<departments><department><id>1</id><name>Queue 1</name></department><department><id>2</id><name>Queue 2</name></department>"
        + "<department><id>3</id><name>Queue 3</name></department></departments></operator></operators></status>",
        Xml(Report, perDepartment: true));

    [Fact]
    public void Json_is_exactly_the_projection_of_the_xml() => Assert.Equal(
        """{"global":{"customers":{"inqueue":4,"maxWaiting":70}},"departments":[{"@attributes":"""
            + """{"id":"1","name":"Queue 1"},"inqueue":2,"maxWaiting":9},"""
        + """{"@attributes":{"id":"2","name":"Queue 2"},"inqueue":0,"maxWaiting":0},"""
        + """{"@attributes":{"id":"5","name":"Queue 5"},"inqueue":1,"maxWaiting":20},"""
        + """{"@attributes":{"id":"0","name":"Other"},"inqueue":1,"maxWaiting":70}],"operators":[{"@attributes":"""
        + """{"name":"Agent 7","email":"7@example.com"},"""
        + "\"status\":\"busy\""
        + ""","chats":"2","onlineFor":"56","departments":[{"id":"1","name":"Queue 1"},{"id":"2","name":"Queue 2"},"""
        + """{"id":"3","name":"Queue 3"}]}]}""",
        Json(Report, perDepartment: true));

    [Fact]
    public void Without_departments_there_is_no_list_of_them()
    {
        Assert.DoesNotContain(
            "\"@attributes\":{\"id\"",
            Json(Report, perDepartment: false),
            StringComparison.Ordinal
        );
        Assert.Null(
            XDocument.Parse(Xml(Report, perDepartment: false)).Root!.Element("departments")
        );
    }

    [Fact]
    public void Hostile_names_stay_data()
    {
        const string Name = "<b>&\"'\u2028]]></status>";
        var report = Report with { Agents = [new OnlineAgent(Name, Name, true, 0, 0, [(1, Name)])] };
        Assert.Equal(
            Name,
            XDocument
                .Parse(Xml(report, perDepartment: true))
                .Descendants("operator")
                .Single()
                .Attribute("name")!
                .Value
        );
        Assert.Equal(
            Name,
            JsonDocument
                .Parse(Json(report, perDepartment: true))
                .RootElement.GetProperty("operators")[0]
                .GetProperty("departments")[0]
                .GetProperty("name")
                .GetString()
        );
    }

    /// <summary>Whoever waits is in one department, and everybody's first is the first of one of them.</summary>
    [Fact]
    public void What_all_wait_for_is_the_sum_of_the_departments()
    {
        var random = new Random(1);
        for (var round = 0; round < 200; round++)
        {
            var queues = Enumerable.Range(1, 4).Select(id => Queue(id, enabled: random.Next(2) == 0));
            var agents = Enumerable.Range(10, 3).Select(id => Agent(id, [.. Enumerable.Range(1, 4).Where(_ => random.Next(2) == 0)]));
            var directory = Of([.. queues, .. agents]);
            var states = directory.All<Agent>().Select(agent =>
                new AgentState().Follow(directory, agent) with { Status = (PresenceStatus)random.Next(3) });
            var lines = Enumerable.Range(0, random.Next(8)).Select(_ => (
                random.Next(5) switch { 0 => Line.OfAgent(10), 1 => Line.Unknown, _ => Line.OfQueue(random.Next(1, 7)) },
                Noon.AddSeconds(-random.Next(100))
            )).ToList();
            var report = StatusReport.Of(
                AccountStatus.Of(directory, states, lines, [], DayFigures.None("UTC", Noon), Noon, TimeSpan.Zero)
            );
            Assert.Equal(lines.Count, report.Global.InQueue);
            Assert.Equal(lines.Count, report.Departments.Sum(department => department.Waiting.InQueue));
            Assert.Equal(
                report.Global.MaxWaiting,
                report.Departments.Select(department => department.Waiting.MaxWaiting).DefaultIfEmpty().Max()
            );
        }
    }

    private static string Json(StatusReport report, bool perDepartment) =>
        Written(stream => StatusReportFormat.WriteJson(stream, report, perDepartment));

    private static string Xml(StatusReport report, bool perDepartment) =>
        Written(stream => StatusReportFormat.WriteXml(stream, report, perDepartment));

    private static string Written(Action<Stream> write)
    {
        using var stream = new MemoryStream();
        write(stream);
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
