namespace Millwright.Simulation.Plant;

internal enum LineState
{
    Off,
    Idle,
    Setup,
    Running,
}
