"""The standard fields of orders, visits, demands and tickets, a line each.

Where several headers of a sheet stand for one field, the one that comes first here is taken: what was paid
before what was asked, the order's own date before its payment's. Which sheet is which is found in
`crmtool.ledger.headers.finding`.
"""

from __future__ import annotations

from crmtool.ledger.fields import FieldSpec, spec

_CUSTOMER: tuple[FieldSpec, ...] = (
    spec(
        "customer_id",
        "id",
        "客户编号",
        "Customer ID",
        "客户ID|客户编码|客户代码|客户代号|会员编号|会员卡号|会员ID|Account Name.id|Account Name__id|AccountId|"
        "Account Number|Customer Number|Client ID|CustomerID",
    ),
    spec(
        "customer_name",
        "text",
        "客户名称",
        "Customer name",
        "客户姓名|客户|客户全称|公司名称|企业名称|Account Name|Account Name.name|Customer|Client|买家会员名|买家昵称|"
        "会员姓名|会员名|购货单位|收货人姓名|Account Name__name",
    ),
)

ORDERS: tuple[FieldSpec, ...] = (
    *_CUSTOMER,
    spec(
        "order_no",
        "id",
        "订单编号",
        "Order number",
        "订单号|订单ID|合同编号|合同号|销售单号|单据编号|单据号|单号|流水号|交易号|Order No|Order ID|Invoice|InvoiceNo",
    ),
    spec(
        "order_date",
        "date",
        "订单日期",
        "Order date",
        "下单日期|下单时间|订单时间|交易日期|交易时间|成交日期|成交时间|购买日期|购买时间|消费日期|消费时间|销售日期|"
        "付款日期|付款时间|订单付款时间|支付时间|签约日期|合同日期|订单创建时间|Closing Date|Invoice Date|日期|Date|"
        "创建时间",
        future=True,  # such orders are left out with a finding of their own
    ),
    spec(
        "amount",
        "money",
        "实付金额",
        "Amount",
        "实收金额|买家实际支付金额|实际支付金额|支付金额|付款金额|订单金额|成交金额|交易金额|消费金额|购买金额|"
        "销售金额|合同金额|金额|Order Amount|Total|总金额|Revenue",
    ),
    spec("refund_amount", "money", "退款金额", "Refund", "已退款金额|退货金额|退款"),
    spec("status", "text", "订单状态", "Order status", "交易状态|状态|付款状态|Status|Stage|合同状态"),
    spec("order_type", "text", "订单类型", "Order type", "单据类型|交易类型|业务类型|Type|类型"),
    spec(
        "product",
        "text",
        "产品名称",
        "Product",
        "商品名称|产品|商品|品名|宝贝标题|货品名称|项目名称|Item|Deal Name",
    ),
    spec("product_type", "text", "产品类型", "Product type", "商品类别|产品类别|品类|类别|Category"),
    spec("quantity", "number", "数量", "Quantity", "购买数量|宝贝总数量|件数|Qty"),
    spec("unit_price", "money", "单价", "Unit price", "商品单价|销售单价"),
    spec("postage", "money", "邮费", "Postage", "运费|买家应付邮费"),
    spec("owner", "text", "负责人", "Owner", "业务员|销售员|Deal Owner|Owner Name"),
    spec("remark", "text", "备注", "Remark", "订单备注|Description"),
)

VISITS: tuple[FieldSpec, ...] = (
    *_CUSTOMER,
    spec("visit_id", "id", "回访编号", "Visit ID", "跟进编号|拜访编号"),
    spec(
        "date",
        "date",
        "回访日期",
        "Visit date",
        "实际回访日期|回访时间|拜访日期|拜访时间|跟进日期|跟进时间|联系日期|联系时间|沟通日期|沟通时间|维护日期|互动日期|"
        "实际日期",
    ),
    spec("planned_date", "date", "计划日期", "Planned date", "计划回访日期|应回访日期", future=True),
    spec("channel", "text", "回访方式", "Channel", "跟进方式|拜访方式|沟通方式|联系方式|跟进类型"),
    spec(
        "owner", "text", "回访人员", "Visited by", "回访人|回访责任人|跟进人|拜访人|负责人|责任人|维护责任人"
    ),
    spec("purpose", "text", "回访目的", "Purpose", "拜访目的"),
    spec("content", "text", "回访内容", "Content", "跟进内容|沟通内容|拜访内容|维护内容|跟进记录"),
    spec("result", "text", "回访结果", "Result", "跟进结果|拜访结果"),
    spec("status", "text", "完成情况", "Status", "回访状态|完成状态|状态"),
    spec("feedback", "text", "客户反馈", "Feedback", "反馈|反馈意见|客户意见|客户反馈内容"),
    spec("complaint", "text", "投诉", "Complaint", "投诉内容|投诉情况|客户投诉"),
    spec("next_step", "text", "下一步", "Next step", "下一步计划|下一步行动|下一步工作|后续计划|后续行动"),
    spec("role", "text", "责任角色", "Role", "回访角色"),
    spec("satisfaction", "number", "满意度", "Satisfaction", "满意度评分|客户满意度|满意度(1-5)", minimum=0),
    spec(
        "recommend",
        "number",
        "推荐意愿",
        "Recommend",
        "推荐意愿(0-10)|NPS|推荐意愿0–10",
        minimum=0,
        maximum=10,
    ),
    spec(
        "demand_explored",
        "enum",
        "需求挖掘程度",
        "Demand explored",
        "需求挖掘",
        values=("未挖掘", "部分挖掘", "充分挖掘"),
    ),
    spec("new_demand", "text", "新增需求", "New demand"),
    spec("vas_joined", "flag", "参与增值服务", "Joined services", "是否参与增值服务|增值服务"),
    spec("converted", "flag", "是否转化", "Converted", "是否成交"),
    spec(
        "next_followup",
        "date",
        "下次跟进时间",
        "Next follow-up",
        "下次跟进日期|下次回访时间|下次回访日期",
        future=True,
    ),
    spec("phone", "id", "客户电话", "Phone", "电话|联系电话|手机"),
    spec("remark", "text", "备注", "Remark", "说明"),
)

DEMANDS: tuple[FieldSpec, ...] = (
    *_CUSTOMER,
    spec(
        "date",
        "date",
        "需求日期",
        "Demand date",
        "需求时间|提出日期|提出时间|需求提出日期|需求提出时间|新增需求日期|登记日期|登记时间",
    ),
    spec("demand", "text", "需求内容", "Demand", "需求|需求描述|新增需求|需求说明"),
    spec("demand_type", "text", "需求类型", "Demand type", "需求类别"),
    spec("status", "text", "需求状态", "Status", "状态"),
    spec("owner", "text", "负责人", "Owner", "登记人|跟进人"),
    spec("remark", "text", "备注", "Remark"),
)

TICKETS: tuple[FieldSpec, ...] = (
    *_CUSTOMER,
    spec("ticket_id", "id", "工单编号", "Ticket ID", "工单号|投诉编号|咨询编号"),
    spec(
        "kind",
        "enum",
        "事件类型",
        "Kind",
        "工单类型|投诉类型|咨询类型|问题类型|类型|类别|性质",
        values=("普通咨询", "紧急问题", "重大投诉"),
        open=True,
    ),
    spec(
        "raised",
        "date",
        "提出时间",
        "Raised",
        "提出日期|投诉时间|投诉日期|咨询时间|咨询日期|受理时间|受理日期|发生时间|发生日期|登记时间|登记日期",
        timed=True,
    ),
    spec("replied", "date", "回复时间", "Replied", "回复日期|响应时间|首次回复时间", timed=True),
    spec("started", "date", "启动处理时间", "Started", "开始处理时间|处理开始时间", timed=True),
    spec(
        "resolved",
        "date",
        "解决时间",
        "Resolved",
        "解决日期|完成时间|办结时间|处理完成时间|关闭时间",
        timed=True,
    ),
    spec("content", "text", "内容", "Content", "投诉内容|咨询内容|问题描述"),
    spec("status", "text", "处理状态", "Status", "状态"),
    spec("owner", "text", "处理人", "Owner", "负责人|受理人"),
    spec("remark", "text", "备注", "Remark"),
)
