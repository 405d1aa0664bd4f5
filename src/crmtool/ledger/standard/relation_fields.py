"""The standard fields of the relation with a customer, and of what a tier asks for, a line each.

Completes `crmtool.ledger.standard.customer_fields`: who the customer is and buys stands there.
"""

from __future__ import annotations

from crmtool.ledger.fields import FieldSpec, spec

#: How the customer stands with us: state, needs, ratings, contacts.
STANDING: tuple[FieldSpec, ...] = (
    spec(
        "owner",
        "text",
        "负责人",
        "Owner",
        "维护责任人|维护负责人|业务负责人|客户负责人|跟进人|客户经理|业务员|销售负责人|负责销售|销售代表|所属销售|"
        "回访责任人|责任人|Account Owner|Owner Name|Sales Rep",
    ),
    spec("department", "text", "所属部门", "Department", "隶属部门|负责人主属部门|部门|Owner Department"),
    spec("source", "text", "客户来源", "Source", "来源|来源渠道|获客渠道|Lead Source|Account Source"),
    spec("status", "text", "客户状态", "Status", "状态|Account Status"),
    spec("deal_status", "text", "成交状态", "Deal status"),
    spec("priority", "text", "优先级", "Priority", "重要程度"),
    spec("lifecycle", "text", "生命周期阶段", "Lifecycle stage", "客户生命周期|生命周期|生命周期阶段"),
    spec("main_demand", "text", "主要需求", "Main demand", "核心需求"),
    spec("request_type", "text", "需求类型", "Demand type"),
    spec("demand_text", "text", "需求描述", "Demand", "需求说明|需求内容"),
    spec("needs", "text", "客户需求", "Customer needs"),
    spec(
        "new_demand", "age", "最近新增需求", "Last new demand", "最近新增需求日期|新增需求日期|新增需求时间"
    ),
    spec("demand_explored", "text", "需求挖掘程度", "Demand explored", "需求挖掘"),
    spec("loyalty", "text", "忠诚度", "Loyalty", "客户忠诚度"),
    spec("potential", "text", "潜在价值", "Potential", "潜在价值评估|客户潜力"),
    spec("potential_rating", "text", "消费潜力评估", "Potential rating", "消费潜力|潜力评估"),
    spec("outlook", "text", "行业前景", "Industry outlook"),
    spec("industry_growth", "text", "行业增长趋势", "Industry growth", "客户行业增长趋势"),
    spec("expansion_plan", "text", "企业扩张计划", "Expansion plan", "扩张计划"),
    spec("growth", "percent", "增长率", "Growth", "增长率(同比)|同比增长率|同比增长"),
    spec("freq_trend", "percent", "采购频次变化", "Order frequency change", "采购频次变化率"),
    spec("complaint_rate", "percent", "投诉率", "Complaint rate"),
    spec("churn_rate", "percent", "流失率", "Churn rate", "客户流失率"),
    spec("repeat_rate", "percent", "复购率", "Repeat rate", "重复购买率"),
    spec("profit_rate", "percent", "利润率", "Margin", "毛利率"),
    spec(
        "satisfaction",
        "number",
        "客户满意度",
        "Satisfaction",
        "满意度|满意度评分|客户满意度评分|Satisfaction Score|CSAT",
        minimum=0,
    ),
    spec(
        "interactions_1m", "count", "近1个月互动次数", "Contacts in a month", "近一个月互动次数|近1月互动次数"
    ),
    spec("interaction_frequency", "text", "互动频次", "Contact frequency", "互动频率|响应速度"),
    spec(
        "last_contact",
        "date",
        "最近联系时间",
        "Last contact",
        "最近联系日期|最后联系时间|最后联系日期|上次联系时间|上次联系日期|最近跟进时间|最近跟进日期|最后跟进时间|"
        "最后跟进日期|上次跟进时间|最近回访时间|最近回访日期|上次回访时间|上次回访日期|最近拜访时间|上次拜访时间|"
        "最近沟通时间|最近互动时间|Last Contact Date|Last Activity Date|Last Activity Time|Last Followed Time",
    ),
    spec(
        "next_followup",
        "date",
        "下次跟进时间",
        "Next follow-up",
        "下次跟进日期|下次联系时间|下次联系日期|下次回访时间|下次回访日期|下次拜访时间|下次拜访日期|Next Followed Time",
        future=True,
    ),
    spec(
        "last_maintenance", "text", "上次维护内容", "Last maintenance", "上次维护|最近维护内容|上次回访内容"
    ),
    spec("complaints", "text", "投诉记录", "Complaints", "投诉情况"),
    spec("service_feedback", "text", "服务反馈", "Service feedback"),
    spec("feedback", "text", "客户反馈", "Customer feedback"),
    spec("opinions", "text", "反馈意见", "Opinions", "意见反馈|客户意见"),
    spec("activities", "text", "参与活动情况", "Activities", "活动参与情况|参与活动"),
    spec("product_usage", "text", "产品使用情况", "Product usage", "使用情况"),
    spec("vas", "text", "增值服务参与", "Value-added services", "增值服务|参与增值服务|增值服务参与情况"),
    spec(
        "created",
        "date",
        "创建时间",
        "Created",
        "创建日期|建档时间|建档日期|录入时间|Create Time|Created Time",
    ),
    spec("remark", "text", "备注", "Remark", "备注信息|Remarks|Notes|Description"),
    spec("serial", "text", "序号", "No", "行号"),
)

#: Columns in which a ledger may already carry a tier. Which one is the rule set's own, the rule set says.
TIERS: tuple[FieldSpec, ...] = (
    spec("customer_type", "text", "客户类型", "Customer type", "客户性质|Account Type"),
    spec("customer_class", "text", "客户类别", "Customer class", "客户分类"),
    spec(
        "customer_grade",
        "text",
        "客户等级",
        "Customer grade",
        "客户级别|客户分级|等级|级别|Rating|Account Level",
    ),
    spec("customer_layer", "text", "分层等级", "Customer layer", "客户分层|分层|关系等级"),
    # Where a column of the rule set's own name holds something else, crmtool writes the tier here.
    spec("graded_tier", "text", "分级结果", "Graded tier"),
)

#: A tier fixed by hand, why, and until when (`lock:` of rules/common.yaml).
LOCK: tuple[FieldSpec, ...] = (
    spec("lock_tier", "text", "等级锁定", "Locked tier", "锁定等级|人工锁定"),
    spec("lock_reason", "text", "锁定原因", "Lock reason"),
    spec("lock_until", "date", "锁定至", "Locked until", "锁定到期|锁定期至|锁定截止", future=True),
)

#: What is planned for a customer or a tier: the source documents' strategy and standards tables.
STRATEGY: tuple[FieldSpec, ...] = (
    spec("current_strategy", "text", "当前核心策略", "Current strategy", "核心策略|当前策略"),
    spec("strategy_cycle", "text", "策略执行周期", "Strategy cycle", "执行周期"),
    spec("kpi_text", "text", "关键监测指标(目标值/实际值)", "KPIs, target/actual", "关键监测指标"),
    spec("effect", "text", "效果评估(优/良/中/差)", "Effect", "效果评估"),
    spec("adjust_reason", "text", "调整原因", "Reason of adjustment"),
    spec("adjusted_strategy", "text", "调整后策略", "Adjusted strategy"),
    spec("adjusted_on", "date", "调整时间", "Adjusted on", "调整日期", future=True),
    spec("marked", "flag", "需调整", "Marked for adjustment", "调整标记|列入调整|复盘标记"),
    spec("layer_basis", "text", "分层标准(年合作金额+需求潜力)", "Basis of the layer", "分层标准"),
    spec("followup_strategy", "text", "跟进策略", "Follow-up strategy"),
    spec("class_dimension", "text", "分类维度", "Dimension"),
    spec("class_indicator", "text", "具体指标", "Indicator"),
    spec("class_definition", "text", "类别定义", "Class definition", "类别定义(示例)"),
    spec("class_criteria", "text", "划分标准", "Criteria"),
    spec("traits", "text", "特点", "Traits", "客户特点"),
    spec("care_focus", "text", "维护重点", "Focus of care"),
    spec("care_goal", "text", "维护目标", "Goal of care"),
    spec("core_actions", "text", "核心策略动作", "Core actions"),
    spec("resources", "text", "资源投入", "Resources"),
    spec("role", "text", "责任人", "Role in charge"),
    spec(
        "visit_interval",
        "text",
        "回访周期",
        "Visit interval",
        "跟进周期|拜访周期|联系周期|维护周期|回访间隔|跟进间隔",
    ),
    spec("followup_frequency", "text", "跟进频次", "Follow-up frequency", "跟进频率"),
    spec("visit_frequency", "text", "回访频率", "Visit frequency", "回访频次"),
    spec("visit_method", "text", "回访方式", "Visit method"),
    spec("visit_owner", "text", "回访责任人", "Visit owner"),
)
